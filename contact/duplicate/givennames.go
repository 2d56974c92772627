package duplicate

import "strings"

// wellKnown are given names that many bear in Germany, the United Kingdom and the
// United States.
var wellKnown = set(strings.Fields(`
	achim adam alan albert alex alexander alexandra alfred alice alicia amanda amelie amy andre andrea andreas andrew
	angela angelika anita anja anke ann anna anne annette annika anthony antje anton antonia arthur astrid ava axel
	barbara beate ben benjamin bernd bernhard bettina bianca birgit bjoern brian brigitte bruno carina carl carla
	carmen carol carolin caroline charles charlotte chloe chris christa christel christian christiane christina
	christine christoph christopher claire clara claudia cornelia dagmar daniel daniela david deborah dennis detlef
	diana dieter dirk dominik donald donna doris dorothea edith edward elena elfriede eliza elias elisabeth elizabeth ella elke
	ellen elsa else emil emilia emily emma eric erich erik erika ernst eva evelyn fabian felix finn florian frank franz
	franziska frederik frida friedrich fritz gabi gabriele gary gemma georg george gerald gerda gerhard gerd gertrud gisela
	grace greta guenter guenther hanna hannah hannelore hans harald harry heather heidi heike heiko heinrich heinz helen
	helena helga helmut henri henrik henry herbert hermann hilde hildegard holger horst ian ida ilse ina ines inge ingeborg
	ingo ingrid irene iris irmgard isabel isabella isla jack jacob jakob james jan jana jane janet janina jannik jason jean
	jens jennifer jessica jim joachim joan joe joel johann johanna johannes john jonas jonathan jordan jorg joerg josef
	joseph judith julia julian juliane jutta kai karen karin karl karla karsten kate katharina katherine kathrin katja
	katrin kerstin kevin kim klaus konrad kristin kurt lara laura lea leah lena leo leon leonie liam lina linda linus lisa
	lothar louis louisa louise luca lucas lucy luis luisa luise lukas mandy manfred manuel manuela marc marcel marco marcus
	margaret margarete margot maria marianne marie marina mario marion mark markus marlene marta martha martin martina
	mary mathias mathilda matilda matthew matthias maximilian max maya meike melanie melissa mia michael michaela michelle
	mila miriam mohammed monika moritz nadine nadja natalie nick nicola nicolas nicole niklas nils nina noah norbert oliver
	olivia oskar oscar otto pamela pascal patricia patrick paul paula pauline peter petra philip philipp pia rachel rainer
	ralf rebecca regina reinhard renate richard robert robin roland rolf ronald rosa rosemarie ruby ruediger ruth ryan
	sabine sabrina sally sam samantha samuel sandra sara sarah saskia scott sebastian siegfried sigrid silke silvia simon
	simone sofia sonja sophia sophie stefan stefanie steffen stephan stephanie stephen steve steven sue susan susanne sven
	sylvia tanja tatjana thea theo theodor theresa thomas thorsten tim timo tina tobias tom torsten udo ulrich ulrike ursula
	uta ute uwe valentin vanessa vera verena veronika victor victoria viktoria vincent volker walter waltraud werner wilhelm
	william willi wolfgang yvonne zoe`)...)

// forms gives the groups of a name; the names of one group are forms of each other.
// A name may be short for several.
var forms = readForms(`
	william bill billy will willy willie wilhelm willi
	robert bob bobby rob robbie bert
	richard dick rick ricky rich
	james jim jimmy jamie
	john johnny jack johann johannes hans hannes jonny
	joseph joe joey josef sepp jupp
	michael mike mick mickey michi
	thomas tom tommy
	edward ed eddie ted teddy eduard
	charles charlie chuck karl carl
	henry harry hank heinrich heiner heinz
	margaret maggie meg peggy marge margarete greta grete gretel
	elizabeth elisabeth liz lizzie beth betty eliza lisa elsa else elise lisbeth sissi
	katherine catherine kate katie kathy cathy kathleen katharina kathrin katrin katja kathi kaethe
	susan sue suzie susanne susi susanna
	patricia pat patty trish
	patrick pat paddy
	anthony tony anton toni
	daniel dan danny
	david dave davey
	matthew matt matthias mathias hias
	andrew andy drew andreas andi
	christopher chris christoph kit
	christian chris
	christina chris tina christine christa
	stephen steve steven stefan stephan
	alexander alex sasha sascha
	alexandra alex sandra
	benjamin ben benny
	samuel sam sammy
	samantha sam sammy
	nicholas nick nicolas niklas nikolaus klaus
	peter pete petr
	ronald ron ronnie
	donald don donny
	kenneth ken kenny
	lawrence larry lorenz
	gerald gerry jerry gerhard gerd
	frederick fred freddy friedrich fritz frederik
	francis frank franz
	rebecca becky becca
	deborah debbie deb
	barbara barb babs baerbel
	jennifer jenny jen
	victoria vicky viktoria
	jessica jess jessie
	josephine josie josefine
	maximilian max
	sebastian bastian basti
	gabriele gabi
	brigitte gitte gitta
	ulrich uli ulli
	ulrike uli ulli
	wolfgang wolf
	johanna hanna hannah
	philip phil philipp
	gregory greg gregor
	jeffrey jeff geoffrey geoff
	timothy tim timmy
	theodor theo ted
	theresa resi tess tessa
	dorothea dorothy doris dora dorle
	magdalena lena leni
	helena lena helene
	franziska franzi fanny
	leonhard leo hartl
	georg george schorsch joerg
	jakob jacob
	vincent vince vinzenz
	ursula uschi ulla
	rosemarie rosi`)

func readForms(lines string) map[string][]uint8 {
	m := map[string][]uint8{}
	for i, line := range strings.Split(strings.TrimSpace(lines), "\n") {
		for name := range strings.FieldsSeq(line) {
			m[name] = append(m[name], uint8(i))
		}
	}
	return m
}
