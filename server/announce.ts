import type { Config } from './config.ts';

/** The key that the ready line shows how to use: from a file, from the environment, or none. */
export type ShownKey = { value: string; file: string } | 'environment' | null;

/** The link of the first person, and the file that it was written to when there is no terminal; null with people. */
export type ShownLink = { link: string; file: string } | null;

/**
 * What is printed when everything runs: the address, and a line that tracks an event. The key itself is printed to a
 * terminal alone; a log or a pipe gets the name of the file that holds it.
 */
export function announcement(config: Config, key: ShownKey, terminal: boolean, signIn: ShownLink = null): string {
  const serves = config.roles.includes('api');
  const lines = [serves ? `Handoff runs on ${config.publicUrl}` : `Handoff runs (${config.roles.join(', ')})`];
  if (serves) {
    if (signIn !== null)
      lines.push(
        terminal
          ? `Sign in, as the first one here, within an hour:\n  ${signIn.link}`
          : `A link for the first one to sign in with, good for an hour, stands in ${signIn.file}`,
      );
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
