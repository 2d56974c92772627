// Package duplicate tells which records are of one person or company. It holds no
// data and knows no database: it compares what it is given.
//
// # Comparing two records
//
// [Prepare] brings a [Record] to the form in which records are compared: "Dr. Jürgen
// MÜßIG" and "juergen muessig" are the same there. A [Model] weighs what agrees and
// what does not, and [Model.Compare] gives a [Score]: bits of evidence, a probability,
// and reasons in words. [Default] is a model that knows the frequencies of German and
// English names roughly; [Finder.Train] learns one from the records themselves.
//
// As a rule, a pair with a probability of .99 may be joined without asking, one of
// .5 and more is worth a look, and everything below is two people.
//
// Families are the hard case: they share name, address, phone, e-mail address, and
// twins even the birthday. So given names, or dates of birth, that contradict each
// other keep two records apart, however much else agrees. Only where a model has seen
// that such differences are mistakes in its records, and no relatives, does it believe
// otherwise; [Score.Contradiction] tells of them all the same.
//
// # Looking for duplicates of one record
//
// Nobody compares a record with a million others. [Keys] gives some dozen hashes of
// combinations of fields, such as the sound of the family name with the date of birth.
// A store keeps them beside each record and compares only records that have one in
// common. The keys are hashed with a [Secret], so that they are no list of e-mail
// addresses.
//
// # Looking for all duplicates
//
// A [Finder] does the same for many records in memory, in parts that can be done one
// after the other or anew, and [Group] makes groups of the pairs without chaining
// strangers together. A million records take well below a minute and two gigabytes on
// two processors.
//
// # Where it comes from
//
// The weights are those of Fellegi and Sunter, "A Theory for Record Linkage" (1969),
// with the frequencies of values after Winkler (1988), the similarities of Jaro (1989)
// and Winkler (1990), the Cologne phonetics of Postel (1969), and average linkage after
// Sokal and Michener (1958).
package duplicate
