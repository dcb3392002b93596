/** cURL commands → definitions of webhooks. */
export { type CurlOptions, type CurlReading, MAX_COMMAND, readCurl } from './definition.ts';
export { CurlError } from './shell.ts';
