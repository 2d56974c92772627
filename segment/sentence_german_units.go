package segment

var germanUnits = map[Unit]unitWords{
	Hours: {
		last: " innerhalb der letzten Stunde", lastN: " in den letzten {n} Stunden",
		next: " innerhalb der nächsten Stunde", nextN: " in den nächsten {n} Stunden",
	},
	Days: {
		last: " innerhalb des letzten Tages", lastN: " in den letzten {n} Tagen",
		next: " innerhalb des nächsten Tages", nextN: " in den nächsten {n} Tagen",
		this: " am heutigen Tag", previous: " am Vortag", following: " am Folgetag",
		back: " am Tag vor {n} Tagen", ahead: " am Tag in {n} Tagen",
	},
	Weeks: {
		last: " innerhalb der letzten Woche", lastN: " in den letzten {n} Wochen",
		next: " innerhalb der nächsten Woche", nextN: " in den nächsten {n} Wochen",
		this: " in dieser Kalenderwoche", previous: " in der vorigen Kalenderwoche", following: " in der folgenden Kalenderwoche",
		back: " in der Kalenderwoche vor {n} Wochen", ahead: " in der Kalenderwoche in {n} Wochen",
	},
	Months: {
		last: " innerhalb des letzten Monats", lastN: " in den letzten {n} Monaten",
		next: " innerhalb des nächsten Monats", nextN: " in den nächsten {n} Monaten",
		this: " in diesem Kalendermonat", previous: " im Vormonat", following: " im Folgemonat",
		back: " im Kalendermonat vor {n} Monaten", ahead: " im Kalendermonat in {n} Monaten",
	},
	Quarters: {
		last: " innerhalb des letzten Quartals", lastN: " in den letzten {n} Quartalen",
		next: " innerhalb des nächsten Quartals", nextN: " in den nächsten {n} Quartalen",
		this: " in diesem Quartal", previous: " im Vorquartal", following: " im Folgequartal",
		back: " im Quartal vor {n} Quartalen", ahead: " im Quartal in {n} Quartalen",
	},
	Years: {
		last: " innerhalb des letzten Jahres", lastN: " in den letzten {n} Jahren",
		next: " innerhalb des nächsten Jahres", nextN: " in den nächsten {n} Jahren",
		this: " in diesem Kalenderjahr", previous: " im Vorjahr", following: " im Folgejahr",
		back: " im Kalenderjahr vor {n} Jahren", ahead: " im Kalenderjahr in {n} Jahren",
	},
}
