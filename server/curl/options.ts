/** What is done with an option of cURL. `takes`: it has a value, in the same word or in the next one. */
export interface Option {
  name: string;
  takes: boolean;
  /** `read`: part of the request. `ignored`: says how cURL itself goes about it. `refused`: can't be carried over. */
  kind: 'read' | 'ignored' | 'refused';
  /** Why it is ignored or refused; a sentence. */
  why: string;
}

const words = (text: string) => text.trim().split(/\s+/);

const SHORT: Record<string, string> = {
  X: 'request',
  H: 'header',
  d: 'data',
  G: 'get',
  u: 'user',
  A: 'user-agent',
  e: 'referer',
  b: 'cookie',
  m: 'max-time',
  I: 'head',
  F: 'form',
  T: 'upload-file',
  K: 'config',
  E: 'cert',
  n: 'netrc',
  r: 'range',
  ':': 'next',
  k: 'insecure',
  L: 'location',
  s: 'silent',
  S: 'show-error',
  v: 'verbose',
  i: 'include',
  f: 'fail',
  g: 'globoff',
  q: 'disable',
  N: 'no-buffer',
  O: 'remote-name',
  J: 'remote-header-name',
  Z: 'parallel',
  '#': 'progress-bar',
  '0': 'http1.0',
  '1': 'tlsv1',
  '2': 'sslv2',
  '3': 'sslv3',
  '4': 'ipv4',
  '6': 'ipv6',
  o: 'output',
  w: 'write-out',
  x: 'proxy',
  U: 'proxy-user',
  c: 'cookie-jar',
  D: 'dump-header',
  y: 'speed-time',
  Y: 'speed-limit',
  C: 'continue-at',
};

const READ =
  words(`request header data data-raw data-binary data-ascii data-urlencode json user user-agent referer cookie
  max-time url oauth2-bearer url-query`);
const READ_ALONE = words('get basic');
const IGNORED_ALONE = words(`silent show-error verbose include fail fail-with-body globoff disable no-buffer remote-name
  remote-header-name parallel progress-bar http1.0 http1.1 http2 http2-prior-knowledge http3 http3-only tlsv1 tlsv1.0
  tlsv1.1 tlsv1.2 tlsv1.3 sslv2 sslv3 ipv4 ipv6 compressed ssl-reqd path-as-is tcp-nodelay no-keepalive no-progress-meter
  raw remove-on-error create-dirs location location-trusted post301 post302 post303 junk-session-cookies styled-output
  no-sessionid tcp-fastopen trace-time retry-connrefused retry-all-errors`);
const IGNORED = words(`output write-out cookie-jar dump-header speed-time speed-limit connect-timeout retry retry-delay
  retry-max-time limit-rate max-redirs max-filesize stderr trace trace-ascii keepalive-time ciphers tls-max tls13-ciphers
  curves interface local-port dns-servers resolve connect-to noproxy proxy proxy-user preproxy socks5 socks5-hostname
  socks4 socks4a expect100-timeout happy-eyeballs-timeout-ms output-dir`);

const WHY: Record<string, string> = {
  insecure: 'certificates are always checked',
  location: 'redirects are not followed: give the address that it leads to',
  'location-trusted': 'redirects are not followed: give the address that it leads to',
  compressed: 'answers are unpacked by themselves',
  retry: 'the retry policy of the webhook decides',
  proxy: 'the proxy of the installation is used, if it has one',
};
const REFUSED: Record<string, [takes: boolean, why: string]> = {
  form: [
    true,
    'it sends a form of parts (multipart/form-data), which a webhook has no format for; use -d if the API takes it',
  ],
  'form-string': [true, 'it sends a form of parts (multipart/form-data), which a webhook has no format for'],
  'upload-file': [true, 'it sends a file, and there are no files here; put its content into -d'],
  config: [true, 'it reads options from a file; write them into the command'],
  head: [false, 'it asks with HEAD, which no webhook sends'],
  next: [false, 'it begins a second request; paste one at a time'],
  cert: [true, 'it signs in with a client certificate'],
  key: [true, 'it signs in with a client certificate'],
  digest: [false, 'it signs in with Digest; Basic, a bearer token and headers can be sent'],
  ntlm: [false, 'it signs in with NTLM; Basic, a bearer token and headers can be sent'],
  negotiate: [false, 'it signs in with Negotiate; Basic, a bearer token and headers can be sent'],
  anyauth: [false, 'it tries ways of signing in; write --basic if Basic is meant'],
  'aws-sigv4': [true, 'it signs every request anew for AWS'],
  netrc: [false, 'it reads a password from a file; write it with -u'],
  range: [true, 'it asks for a part of a file'],
  'unix-socket': [true, 'it goes to a socket of the machine'],
};

const OPTIONS = new Map<string, Option>();
const put = (name: string, takes: boolean, kind: Option['kind'], why = '') =>
  OPTIONS.set(name, { name, takes, kind, why });
for (const name of READ) put(name, true, 'read');
for (const name of READ_ALONE) put(name, false, 'read');
for (const name of ['insecure', ...IGNORED_ALONE]) put(name, false, 'ignored', WHY[name] ?? '');
for (const name of IGNORED) put(name, true, 'ignored', WHY[name] ?? '');
for (const [name, [takes, why]] of Object.entries(REFUSED)) put(name, takes, 'refused', why);

/** An option by its long name; undefined when it isn't known. */
export const longOption = (name: string): Option | undefined => OPTIONS.get(name);

/** An option by its letter; undefined when it isn't known. */
export const shortOption = (letter: string): Option | undefined =>
  Object.hasOwn(SHORT, letter) ? OPTIONS.get(SHORT[letter]!) : undefined;
