package main

// The words of which the shop of our own is made.
var (
	givenNames = []string{
		"Anke", "Arne", "Barbara", "Benno", "Birgit", "Carsten", "Christel", "Clemens", "Dagmar", "Dirk", "Edda", "Egon",
		"Elke", "Emil", "Frauke", "Friedrich", "Gerda", "Gregor", "Hanna", "Heiko", "Henrike", "Ida", "Ingo", "Jasper",
		"Jördis", "Kai", "Katrin", "Konrad", "Lena", "Lorenz", "Magda", "Merle", "Nele", "Norbert", "Oda", "Ole", "Paula",
		"Quirin", "Ralf", "Renate", "Rosa", "Sönke", "Silke", "Tilda", "Torsten", "Uta", "Veit", "Wiebke", "Xaver", "Yvonne",
	}
	familyNames = []string{
		"Ahlers", "Albrecht", "Bachmeier", "Behrens", "Böttcher", "Brandt", "Büchner", "Claasen", "Dietrich", "Drechsler",
		"Ebert", "Eichhorn", "Färber", "Feldmann", "Gärtner", "Gerlach", "Großmann", "Haberland", "Heidenreich", "Hübner",
		"Immel", "Jäger", "Jessen", "Kästner", "Kirchner", "Köster", "Lindner", "Löffler", "Marquardt", "Möller", "Neubauer",
		"Nissen", "Oelkers", "Petersen", "Pfeiffer", "Quandt", "Reinhardt", "Rößler", "Sauer", "Schäfer", "Seidel", "Thiele",
		"Timm", "Uhlig", "Vogt", "Vollmer", "Wendt", "Winkler", "Zander", "Zöllner",
	}
	streetNames = []string{
		"Ahornweg", "Am Alten Markt", "Am Mühlenteich", "An der Kirche", "Birkenallee", "Brunnenstraße", "Drosselgasse",
		"Eichenweg", "Feldstraße", "Fährstraße", "Gartenweg", "Hafenstraße", "Hauptstraße", "Kastanienallee", "Klosterhof",
		"Lindenstraße", "Marktplatz", "Mühlenweg", "Neue Straße", "Poststraße", "Ringstraße", "Rosenweg", "Schulstraße",
		"Seestraße", "Sonnenhang", "Uferweg", "Waldstraße", "Wiesengrund",
	}
	towns = []struct{ postalCode, name string }{
		{"01067", "Dresden"}, {"04109", "Leipzig"}, {"10115", "Berlin"}, {"14467", "Potsdam"}, {"18055", "Rostock"},
		{"20095", "Hamburg"}, {"24103", "Kiel"}, {"26122", "Oldenburg"}, {"28195", "Bremen"}, {"30159", "Hannover"},
		{"34117", "Kassel"}, {"39104", "Magdeburg"}, {"40213", "Düsseldorf"}, {"44135", "Dortmund"}, {"48143", "Münster"},
		{"50667", "Köln"}, {"55116", "Mainz"}, {"60311", "Frankfurt am Main"}, {"66111", "Saarbrücken"}, {"68159", "Mannheim"},
		{"70173", "Stuttgart"}, {"79098", "Freiburg"}, {"80331", "München"}, {"86150", "Augsburg"}, {"90402", "Nürnberg"},
		{"93047", "Regensburg"}, {"97070", "Würzburg"}, {"99084", "Erfurt"},
	}
	// phonePrefixes belong to blocks that no subscriber has: the German
	// regulator keeps them free for stories such as this one.
	phonePrefixes = []string{"+49 30 23125", "+49 40 66969", "+49 69 90009", "+49 89 99998", "+49 221 4710"}

	// assortment is what the shop sells: category, product, and the price in
	// cents of the cheapest and the dearest.
	assortment = []product{
		{"Furniture", "Armchair", 24900, 89900}, {"Furniture", "Bookcase", 19900, 74900}, {"Furniture", "Dining table", 39900, 159900},
		{"Furniture", "Sofa", 69900, 249900}, {"Furniture", "Wardrobe", 49900, 189900}, {"Furniture", "Bedside table", 7900, 24900},
		{"Lighting", "Desk lamp", 3900, 14900}, {"Lighting", "Pendant lamp", 5900, 29900}, {"Lighting", "Floor lamp", 7900, 34900},
		{"Textiles", "Carpet", 9900, 59900}, {"Textiles", "Curtain", 2900, 12900}, {"Textiles", "Cushion", 1490, 4990},
		{"Kitchen", "Pan", 2990, 12990}, {"Kitchen", "Set of knives", 4990, 19990}, {"Kitchen", "Stoneware", 1990, 9990},
		{"Garden", "Bench", 14900, 49900}, {"Garden", "Parasol", 5900, 24900}, {"Garden", "Planter", 1490, 7990},
	}
)

type product struct {
	category, name    string
	cheapest, dearest int64
}
