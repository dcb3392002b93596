import { words } from './word.ts';

export const jinjaFilters = words(`
default('…', true) — The value, or this where it is missing or empty
d('…', true) — As default
upper — In capitals
lower — In small letters
capitalize — The first letter a capital, the others small
title — Each word with a capital
trim — Without white space at both ends
center(80) — In the middle of so many characters
string — As a text
replace('a', 'b') — Every a becomes b
wordcount — How many words it has
format(value) — A pattern like '%s' filled in
truncate(50) — At most so many characters, dots at the end
indent(2) — Each line further to the right
wordwrap(79) — Lines of at most so many characters
escape — For HTML: signs become entities
e — As escape
forceescape — As escape, even what is escaped
safe — As it is, without escaping
striptags — Without HTML tags
urlencode — For a URL: percent signs
urlize — URLs become links
xmlattr — A map as attributes of a tag
tojson — As JSON, quotes and all
to_json — As tojson
from_json — What a text of JSON holds
pprint — As a developer would look at it
first — The first item
last — The last item
length — How many characters or items
count — As length
list — As a list
items — Pairs of name and value
join(', ') — The items with this in between
split(',') — The parts of a text
reverse — From the last to the first
sort(attribute='key') — In order
dictsort — A map's pairs in order
groupby('key') — Groups with grouper and list
min — The smallest
max — The greatest
unique — Each item once
sum(attribute='key') — All numbers added up
random — One item, by chance
batch(3) — Lists of so many items
slice(3) — So many lists of the items
map(attribute='key') — One value, or a filter, of each item
select('defined') — The items of which a test is true
reject('none') — The items of which a test is not true
selectattr('key', 'equalto', 1) — The items whose key stands the test
rejectattr('key', 'equalto', 1) — The items whose key doesn't
attr('name') — An attribute by its name
abs — Without its sign
int — As a whole number
float — As a number with a point
round(2) — To so many digits after the point
filesizeformat — Bytes as people read them
hash('sha256') — A hash in hex
hmac('key') — A keyed hash in hex
md5 — The MD5 hash in hex
sha1 — The SHA-1 hash in hex
sha256 — The SHA-256 hash in hex
base64 — As Base64
from_timestamp('%Y-%m-%d') — A date of seconds since 1970
strftime('%Y-%m-%d') — A date by its pattern
to_timestamp — A date's seconds since 1970
to_datetime — A text as a date
format_datetime('medium') — A date and its time as people read it
format_date('medium') — A date as people read it
format_time('short') — A time as people read it
add_days(1) — The date so many days later
add_hours(1) — The date so many hours later
add_minutes(1) — The date so many minutes later
add_seconds(1) — The date so many seconds later
add_weeks(1) — The date so many weeks later
add_months(1) — The date so many months later
add_years(1) — The date so many years later`);

export const jinjaTests = words(`
defined — It is there
undefined — It is missing
none — It is null
boolean — True or false
true — Is true
false — Is false
integer — A whole number
float — A number with a point
number — A number
string — A text
mapping — A map
sequence — A list or text
iterable — Can be gone through
callable — Can be called
escaped — Is escaped already
lower — In small letters
upper — In capitals
odd — An odd number
even — An even number
divisibleby(3) — Can be divided without rest
filter — The name of a filter
test — The name of a test
sameas(x) — The very same
in(list) — Among the items
eq(x) — Equal
equalto(x) — Equal
ne(x) — Not equal
lt(x) — Less
lessthan(x) — Less
le(x) — Less or equal
gt(x) — Greater
greaterthan(x) — Greater
ge(x) — Greater or equal`);

export const jinjaTags = words(`
if customer.x %}…{% endif — What stands within, when this is so
elif customer.x — Else, when this is so
else — Else
endif — The end of an if
for item in customer.list %}…{% endfor — What stands within, for each item
endfor — The end of a for
break — Leaves the loop
continue — Goes on with the next item
set x = customer.y — Gives a value a name
endset — The end of a set
macro name(x) %}…{% endmacro — A part to be called by its name
endmacro — The end of a macro
call name() %}…{% endcall — Calls a macro with what stands within
endcall — The end of a call
filter upper %}…{% endfilter — What stands within, through a filter
endfilter — The end of a filter
block name %}…{% endblock — A part with a name
endblock — The end of a block
with x = 1 %}…{% endwith — A value's name, within alone
endwith — The end of a with
raw %}…{% endraw — What stands within, as it is written
endraw — The end of a raw
do list.append(1) — Does it and prints nothing
output customers separated by ',' — The members of a batch
abort 'reason' — Nothing is sent, and it counts as skipped`);

export const jinjaGlobals = words(`
range(3) — Numbers from 0
dict(a=1) — A map
namespace(a=1) — A map whose values a loop can change
joiner(', ') — Nothing the first time, then this
cycler('a', 'b') — These in turn
webhook — The answer of the latest webhook
time — The time of sending, in seconds since 1970`);
