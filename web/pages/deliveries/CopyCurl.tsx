import { Button, CopyButton } from '@mantine/core';
import { printCurl, type ShownRequest, whyNoCurl } from '../../../shared/curl.ts';
import { useMay } from '../../data/me.ts';

/**
 * Copies a request as a cURL command: without secrets and signature, which are no part of what is given. `encoding`: of
 * its body as the API shows it; what is no text can't be said in a command.
 */
export function CopyCurl({ request, encoding }: { request: ShownRequest; encoding: string | undefined }) {
  if (!useMay('read_bodies')) return null;
  const why = encoding === 'base64' ? 'The body is no text.' : whyNoCurl(request);
  if (why !== null)
    return (
      <Button variant="default" size="xs" disabled title={why}>
        Copy as cURL
      </Button>
    );
  return (
    <CopyButton value={printCurl(request)} timeout={1500}>
      {({ copied, copy }) => (
        <Button variant="default" size="xs" onClick={copy} title="Without secrets and signature">
          {copied ? 'Copied' : 'Copy as cURL'}
        </Button>
      )}
    </CopyButton>
  );
}
