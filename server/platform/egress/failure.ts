import { type Trouble, trouble } from '../errors.ts';

/** An error that carries its Trouble through undici, which passes errors of connectors on as they are. */
export class EgressError extends Error {
  readonly trouble: Trouble;
  constructor(reason: Trouble) {
    super(reason.message);
    this.trouble = reason;
  }
}

const OURS = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL', 'EAI_MEMORY', 'EAI_SYSTEM']);
const DNS = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'ENODATA', 'ESERVFAIL', 'ETIMEOUT']);
const RESET = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'UND_ERR_SOCKET']);
const UNREACHABLE = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN', 'EACCES', 'EPERM', 'EINVAL']);
const REQUEST = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED', 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH']);
const CERTIFICATE =
  /^(ERR_TLS|ERR_SSL|CERT_|CRL_|EPROTO$|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|HOSTNAME_MISMATCH|ERROR_IN_CERT)/;

/**
 * The Trouble behind an error of an exchange with `host`. Certificate problems are retryable: certificates are renewed
 * and load balancers differ, and the retry schedule bounds the tries. What isn't known is the other side's, retryable.
 */
export function failureOf(error: Error, host: string): Trouble {
  if (error instanceof EgressError) return error.trouble;
  const code = String((error as { code?: unknown }).code ?? '');
  if (OURS.has(code))
    return trouble('ours', code.toLowerCase(), `This machine ran short while calling ${host}: ${code}`);
  if (DNS.has(code)) return trouble('retryable', 'dns', `The name ${host} could not be resolved (${code})`);
  if (code === 'ECONNREFUSED') return trouble('retryable', 'refused', `${host} refused the connection`);
  if (RESET.has(code)) return trouble('retryable', 'reset', `${host} closed the connection before it had answered`);
  if (UNREACHABLE.has(code)) return trouble('retryable', 'unreachable', `${host} could not be reached (${code})`);
  if (code === 'ETIMEDOUT') return trouble('retryable', 'timeout', `${host} did not accept a connection in time`);
  if (REQUEST.has(code)) return trouble('permanent', 'bad_request', `The request can't be sent: ${error.message}`);
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED')
    return trouble('deferred', 'stopping', 'Nothing was sent, because this process is stopping');
  if (CERTIFICATE.test(code))
    return trouble('retryable', 'tls', `No secure connection to ${host}: ${error.message} (${code})`);
  if (code === 'UND_ERR_HEADERS_OVERFLOW')
    return trouble('retryable', 'protocol', `${host} answered with more than 16 KB of headers`);
  return trouble('retryable', 'protocol', `${host} did not answer in HTTP: ${error.message}`);
}
