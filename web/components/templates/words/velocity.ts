import { type Word, words } from './word.ts';

export const velocityDirectives = words(`
if($x)…#end — What stands within, when this is so
elseif($x) — Else, when this is so
else — Else
end — The end of a block
foreach($item in $list)…#end — What stands within, for each item
break — Leaves the loop
set($x = $y) — Gives a value a name
macro(name $x)…#end — A part to be called by its name
define($x)…#end — Gives what stands within a name
evaluate($text) — Runs a text as a template
stop — Ends the output here
abort("reason") — Nothing is sent, and it counts as skipped`);

const math = words(`
add($a, $b) — Added up
sub($a, $b) — Taken away
mul($a, $b) — Multiplied
div($a, $b) — Divided
idiv($a, $b) — Divided, the whole part
mod($a, $b) — What is left of a division
pow($a, 2) — To a power
max($a, $b) — The greatest
min($a, $b) — The smallest
ceil($a) — Up to a whole number
floor($a) — Down to a whole number
round($a) — To the nearest whole number
roundTo(2, $a) — To so many digits after the point
abs($a) — Without its sign
toInteger($a) — As a whole number
toDouble($a) — As a number with a point
toNumber($a) — A text as a number
getTotal($list, "key") — All numbers added up
getAverage($list, "key") — Their average
random — A number by chance`);
const number = words(`
format("#,##0.00", $a) — A number by its pattern
toNumber($a) — A text as a number
integer($a) — As a whole number
currency($a) — As an amount of money
percent($a) — As a percentage
number($a) — With separators`);
const date = words(`
format("yyyy-MM-dd", $date) — A date by its pattern
get("yyyy-MM-dd") — Now by its pattern
toDate("yyyy-MM-dd", $text) — A text as a date
date — Now
systemTime — Now, in ms since 1970
getYear($date) — Its year
getMonth($date) — Its month, from 0
getDay($date) — Its day of the month`);
const esc = words(`
json($x) — As JSON
none($x) — As it is, without escaping
raw($x) — As none
html($x) — For HTML
xml($x) — For XML
url($x) — For a URL
java($x) — For a string of Java
javascript($x) — For a string of JavaScript
sql($x) — For a string of SQL
d — A dollar sign
h — A hash
q — A double quote
s — A single quote
n — A line break
b — A backslash`);

/** Tools by their names, each with its methods. */
export const velocityTools: Record<string, { says: string; methods: Word[] }> = {
  mathTool: { says: 'Counting', methods: math },
  math: { says: 'As mathTool', methods: math },
  numberTool: { says: 'Numbers as people write them', methods: number },
  number: { says: 'As numberTool', methods: number },
  dateTool: { says: 'Dates', methods: date },
  date: { says: 'As dateTool', methods: date },
  escTool: { says: 'Escaping', methods: esc },
  esc: { says: 'As escTool', methods: esc },
};

/** What texts, lists and maps can be asked. */
export const velocityMethods = words(`
size() — How many items
isEmpty() — Whether there is nothing in it
get(0) — The item or value there
contains("x") — Whether it holds this
containsKey("x") — Whether a map has this name
keySet() — A map's names
values() — A map's values
entrySet() — Pairs of key and value
length() — How many characters
substring(0, 5) — A part of it
indexOf("x") — Where this stands, from 0
startsWith("x") — Whether it begins so
endsWith("x") — Whether it ends so
equals($x) — Whether both are the same
equalsIgnoreCase($x) — The same, whatever the capitals
replace("a", "b") — Every a becomes b
replaceAll("[ab]", "c") — By a pattern
matches("[ab]+") — Whether it is as the pattern says
split(",") — A list of what stands between these
trim() — Without white space at both ends
toLowerCase() — In small letters
toUpperCase() — In capitals
toString() — As a text`);
