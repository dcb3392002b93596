import type { Config } from './config.ts';

/** The key that the ready line shows how to use: from a file, from the environment, or none. */
export type ShownKey = { value: string; file: string } | 'environment' | null;

/**
 * What is printed when everything runs: the address, and a line that tracks an event. The key itself is printed to a
 * terminal alone; a log or a pipe gets the name of the file that holds it.
 */
export function announcement(config: Config, key: ShownKey, terminal: boolean): string {
  const serves = config.roles.includes('api');
  const lines = [serves ? `Handoff runs on ${config.publicUrl}` : `Handoff runs (${config.roles.join(', ')})`];
  if (serves) {
    const user =
      key === null || key === 'environment' ? '$HANDOFF_API_KEY' : terminal ? key.value : `$(cat ${quote(key.file)})`;
    const host = config.host === '0.0.0.0' ? '127.0.0.1' : config.host === '::' ? '::1' : config.host;
    const local = `http://${host.includes(':') ? `[${host}]` : host}:${config.port}`;
    const event = '{"userId":"ada","event":"Signed up","properties":{"plan":"pro"}}';
    lines.push(
      'Track an event:',
      `  curl -u "${user}:" ${local}/v1/track -H 'content-type: application/json' -d '${event}'`,
    );
    if (key === null) lines.push('  (set HANDOFF_API_KEY to have a key from the start)');
  }
  return `${lines.join('\n')}\n`;
}

function quote(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
