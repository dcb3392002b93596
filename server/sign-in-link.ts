// npm run sign-in-link [-- EMAIL]: prints a link with which someone who is locked out signs in and sets a new password; it
// works once, for an hour. Runs beside the server, with the same settings. Without an email: while nobody has an
// account, the first person's link; else the people's emails are named.
import { anyMember, firstWorkspace, listMembers, rescueLink } from './accounts/index.ts';
import { readConfig, SettingError } from './config.ts';
import { Clock } from './platform/clock.ts';
import { createDatabase } from './platform/database/index.ts';
import { runningEmbedded } from './platform/embedded/index.ts';
import { messageOf } from './platform/errors.ts';

async function main(): Promise<void> {
  const [email = null] = process.argv.slice(2);
  const config = readConfig(process.env, []);
  const connection =
    config.databaseUrl === null ? runningEmbedded(config.dataFolder) : { connectionString: config.databaseUrl };
  const database = createDatabase({ connection, max: 1 });
  try {
    const clock = new Clock();
    if (email === null && (await anyMember(database))) {
      const people = await listMembers(database, await firstWorkspace(database), null, 200);
      throw new Error(
        `Say for whom: npm run sign-in-link -- EMAIL. There are: ${people.map((member) => member.email).join(', ')}`,
      );
    }
    const token = await rescueLink({ database, clock }, email);
    if (token === null) throw new Error(`Nobody has the email ${email}.`);
    process.stdout.write(`Good for an hour, once:\n  ${config.publicUrl}/sign-in?token=${token}\n`);
  } finally {
    await database.close();
  }
}

main().catch((error: unknown) => {
  const unreachable = ['ENOENT', 'ECONNREFUSED'].includes((error as { code?: string }).code ?? '');
  const sentence =
    unreachable && !(error instanceof SettingError)
      ? 'The database does not run: start Handoff first (npm start), then run this beside it.'
      : messageOf(error);
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
});
