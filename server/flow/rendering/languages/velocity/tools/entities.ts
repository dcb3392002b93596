const NAMES =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro ' +
  'para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil ' +
  'Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave ' +
  'Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml ' +
  'igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute ' +
  'thorn yuml';

/** Names that HTML 4 has for characters of Latin-1, and for some signs of print. */
export const LATIN: ReadonlyMap<string, string> = new Map([
  ...NAMES.split(' ').map((name, i): [string, string] => [String.fromCharCode(0xa0 + i), name]),
  ['€', 'euro'],
  ['–', 'ndash'],
  ['—', 'mdash'],
  ['‘', 'lsquo'],
  ['’', 'rsquo'],
  ['‚', 'sbquo'],
  ['“', 'ldquo'],
  ['”', 'rdquo'],
  ['„', 'bdquo'],
  ['…', 'hellip'],
  ['•', 'bull'],
  ['™', 'trade'],
  ['‹', 'lsaquo'],
  ['›', 'rsaquo'],
]);
