import { isInspectorUrl } from '../inspector/index.ts';
import type { ApiParts } from './route.ts';

/** Which URLs a workspace's requests may go to without TLS: all when it allows plain HTTP, else its inspectors' alone. */
export async function plainHttp(parts: ApiParts, workspaceId: string): Promise<(url: string) => boolean> {
  const [row] = await parts.database.run<{ allow_http: boolean }>(
    { name: 'api-allow-http', text: 'SELECT allow_http FROM workspaces WHERE id = $1' },
    [workspaceId],
  );
  return (url) => row?.allow_http === true || isInspectorUrl(parts.publicUrl, url);
}
