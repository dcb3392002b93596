/** A request as it is shown: of a delivery, or of a preview. */
export interface ShownRequest {
  method: string;
  url: string;
  headers: readonly { name: string; value: string }[];
  body: string | null;
}

/** A word as a POSIX shell reads it back. */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** A request as a cURL command for a POSIX shell, an option a line. Secrets are no part of what is shown, nor of this. */
export function printCurl({ method, url, headers, body }: ShownRequest): string {
  const lines = [`curl -X ${method} ${quoted(url)}`, '--globoff'];
  for (const { name, value } of headers) lines.push(`-H ${quoted(value === '' ? `${name};` : `${name}: ${value}`)}`);
  if (body !== null) lines.push(`--data-raw ${quoted(body)}`);
  return lines.join(' \\\n  ');
}
