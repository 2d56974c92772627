package duplicate

import "strings"

// frequentFamilies are the most frequent family names of Germany, the United Kingdom
// and the United States, for models that were not trained.
var frequentFamilies = set(strings.Fields(`
	mueller schmidt schneider fischer weber meyer wagner becker schulz hoffmann schaefer koch bauer richter klein wolf
	schroeder neumann schwarz zimmermann braun krueger hofmann hartmann lange schmitt werner schmitz krause meier
	lehmann schmid schulze maier koehler herrmann koenig walter mayer huber kaiser fuchs peters lang scholz moeller
	weiss jung hahn keller vogel friedrich guenther berger winkler roth beck lorenz baumann franke albrecht schuster
	smith jones williams brown taylor davies evans thomas johnson roberts walker wright robinson thompson white hughes
	edwards green hall wood harris lewis martin jackson clarke clark turner hill scott cooper morris ward moore king
	watson baker harrison morgan young allen mitchell miller davis wilson anderson garcia rodriguez martinez hernandez
	lopez gonzalez lee perez thomson campbell nguyen yilmaz kaya demir singh khan patel ali ahmed`)...)

// largeCities are those where more than one in a hundred of their country live.
var largeCities = set("berlin", "hamburg", "muenchen", "koeln", "wien", "zuerich", "london", "birmingham", "new york",
	"los angeles", "chicago", "sydney", "melbourne", "dublin", "toronto")
