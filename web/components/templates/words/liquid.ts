import { type Word, words } from './word.ts';

const UNITS = ['second', 'minute', 'hour', 'day', 'week', 'month', 'year'];
const moved = UNITS.flatMap((unit) =>
  ['add', 'subtract'].flatMap((verb): Word[] => [
    {
      name: `${verb}_${unit}s`,
      takes: ': 1',
      says: `The date so many ${unit}s ${verb === 'add' ? 'later' : 'earlier'}`,
    },
    { name: `${verb}_${unit}`, takes: ': 1', says: `As ${verb}_${unit}s` },
  ]),
);

export const liquidFilters: Word[] = [
  ...words(`
default: '…' — The value, or this where it is missing or empty
upcase — In capitals
downcase — In small letters
capitalize — The first letter a capital, the others small
titlecase — Each word with a capital
camelize — WordsWithCapitals, without spaces
camelcase — As camelize
handleize — small-letters-with-hyphens
handle — As handleize
pluralize — By a number: the one word or the other
strip — Without white space at both ends
lstrip — Without white space at the beginning
rstrip — Without white space at the end
squish — Without white space at the ends, and one space for any in between
normalize_whitespace — One space for each run of white space
strip_newlines — Without line breaks
append: '…' — With this after it
prepend: '…' — With this before it
truncate: 50 — At most so many characters, the last three of them dots
truncatewords: 15 — At most so many words
split: ',' — A list of what stands between these
slice: 0, 5 — So many characters or items from a place on
number_of_words — How many words it has
slugify — For a URL: small letters, digits and dashes
replace: 'a', 'b' — Every a becomes b
replace_first: 'a', 'b' — The first a becomes b
replace_last: 'a', 'b' — The last a becomes b
remove: 'a' — Without any a
remove_first: 'a' — Without the first a
remove_last: 'a' — Without the last a
escape — For HTML: signs become entities
h — As escape
xml_escape — As escape
escape_once — As escape, leaving entities as they are
unescape — Entities become signs
url_encode — For a query: percent signs, + for a space
url_escape — For a URL: what can't stand in one
url_param_escape — For a parameter's value in a URL
cgi_escape — As url_encode
uri_escape — A whole URL's odd characters as percent signs
url_decode — Percent signs become characters
strip_html — Without HTML tags
newline_to_br — A <br /> before every line break
base64_encode — As Base64
base64_decode — From Base64
base64_url_safe_encode — As Base64 for URLs
base64_url_safe_decode — From Base64 for URLs
size — How many characters or items
first — The first item
last — The last item
join: ', ' — The items with this in between
array_to_sentence_string: 'and' — The items as a sentence lists them
sort: 'key' — In order, by a key if one is given
sort_natural: 'key' — In order, capitals as small letters
reverse — From the last item to the first
uniq: 'key' — Each item once
compact: 'key' — Without what is missing
concat: list — The items of both lists
push: item — With an item more at the end
unshift: item — With an item more at the beginning
pop — Without the last item
shift — Without the first item
map: 'key' — A list of one value of each item
sum: 'key' — All numbers added up
group_by: 'key' — Groups with name and items
where: 'key', 'value' — The items whose key has this value
reject: 'key', 'value' — The items whose key hasn't
has: 'key', 'value' — Whether an item's key has this value
find: 'key', 'value' — The first item whose key has this value
find_index: 'key', 'value' — The place of that item, from 0
plus: 1 — Added up
minus: 1 — Taken away
times: 2 — Multiplied
divided_by: 2 — Divided; a whole number by a whole number stays whole
modulo: 2 — What is left of a division
abs — Without its sign
round: 2 — To so many digits after the point
ceil — Up to a whole number
floor — Down to a whole number
at_least: 0 — The number, or this if it is smaller
at_most: 10 — The number, or this if it is greater
to_integer — Its whole number
currency: 'USD' — As an amount of money
rounded_currency: 'USD' — As an amount of money without cents
format_number: 'en-US' — With the separators of a country
date: '%Y-%m-%d' — A date by its pattern; 'now' is now
timezone: 'Europe/Zurich' — The date in another time zone
date_to_xmlschema — As 2026-01-31T12:00:00+00:00
date_to_rfc822 — As Sat, 31 Jan 2026 12:00:00 +0000
date_to_string — As 31 Jan 2026
date_to_long_string — As 31 January 2026
json — As JSON, quotes and all
to_json — As json
jsonify — As json
parse_json — What a text of JSON holds
from_json — As parse_json
inspect — As a developer would look at it
raw — As it is, without escaping
md5 — The MD5 hash in hex
sha1 — The SHA-1 hash in hex
sha256 — The SHA-256 hash in hex
sha512 — The SHA-512 hash in hex
hmac_sha1: 'key' — Signed with a key by SHA-1, in hex
hmac_sha256: 'key' — Signed with a key by SHA-256, in hex
hmac_sha512: 'key' — Signed with a key by SHA-512, in hex`),
  ...moved,
];

export const liquidTags = words(`
if customer.x %}…{% endif — What stands within, when this is so
elsif customer.x — Else, when this is so
else — Else
endif — The end of an if
unless customer.x %}…{% endunless — What stands within, when this is not so
endunless — The end of an unless
case customer.x %}{% when 'a' %}…{% endcase — One of several by a value
when 'a' — What follows, when the value is this
endcase — The end of a case
for item in customer.list %}…{% endfor — What stands within, for each item
endfor — The end of a for
break — Leaves the loop
continue — Goes on with the next item
tablerow item in customer.list %}…{% endtablerow — Rows of an HTML table
endtablerow — The end of a tablerow
cycle 'a', 'b' — These in turn, each time it comes by
assign x = customer.y — Gives a value a name
capture x %}…{% endcapture — Gives what stands within a name
endcapture — The end of a capture
increment x — Prints a counter and adds one
decrement x — Takes one from a counter and prints it
echo customer.x — Prints a value
render 'snippet' — A snippet, which sees only what it is given
include 'snippet' — A snippet, which sees everything
ifchanged %}…{% endifchanged — What stands within, unless it was the same before
endifchanged — The end of an ifchanged
raw %}…{% endraw — What stands within, as it is written
endraw — The end of a raw
comment %}…{% endcomment — Nothing
endcomment — The end of a comment
doc %}…{% enddoc — Nothing: what a snippet is for
liquid — Several tags, one a line
abort 'reason' — Nothing is sent, and it counts as skipped`);
