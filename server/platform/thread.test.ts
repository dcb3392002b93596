import { expect, test, vi } from 'vitest';
import { Signals } from './signals.ts';
import { startThread } from './thread.ts';

const at = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);

/** A module that runs `start` in a thread; it sees `signals`, `data` and `process`. */
const program = (start: string) =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`
      import { readFileSync } from 'node:fs';
      import { giveWay, runThread } from ${at('thread.ts')};
      import { Signals } from ${at('signals.ts')};
      const signals = new Signals();
      await runThread(signals, async (data) => { ${start} });`)}`,
  );
const never = (error: Error) => {
  throw error;
};

test('what is raised on one side is heard on the other, and not twice', async () => {
  const signals = new Signals();
  const [answers, questions] = [vi.fn(), vi.fn()];
  signals.on('answer', answers);
  const echo = "signals.on('question', () => signals.raise(data.say)); return { stop: async () => {} };";
  const thread = await startThread({ file: program(echo), data: { say: 'answer' }, signals, broken: never });
  signals.on('question', questions);
  signals.raise('question');
  signals.raise('question');
  await vi.waitFor(() => expect(answers).toHaveBeenCalled());
  await thread.stop();
  expect([answers.mock.calls.length, questions.mock.calls.length]).toEqual([1, 2]);
});

test('stopping lets it end what it does', async () => {
  const signals = new Signals();
  const ended = vi.fn();
  signals.on('ended', ended);
  const slow =
    "return { stop: async () => { await new Promise((done) => setTimeout(done, 50)); signals.raise('ended'); await new Promise((done) => setTimeout(done, 50)); } };";
  const thread = await startThread({ file: program(slow), data: null, signals, broken: never });
  await thread.stop();
  expect(ended).toHaveBeenCalledOnce();
});

test('a start that fails is told with its code, and leaves no thread', async () => {
  const broken = vi.fn();
  const fails = "throw Object.assign(new Error('taken'), { code: 'EADDRINUSE' });";
  await expect(startThread({ file: program(fails), data: null, signals: new Signals(), broken })).rejects.toMatchObject(
    { message: 'taken', code: 'EADDRINUSE' },
  );
  expect(broken).not.toHaveBeenCalled();
});

test.each([
  ['an error that nobody expected', "setTimeout(() => { throw new Error('oh'); });", 'oh'],
  ['a promise that nobody looked after', "setTimeout(() => Promise.reject(new Error('no')));", 'no'],
  ['an end by itself', 'setTimeout(() => process.exit(0));', 'ended by itself'],
])('%s ends it, and is told', async (_, code, told) => {
  const broken = vi.fn();
  const file = program(`${code} return { stop: async () => {} };`);
  await startThread({ file, data: null, signals: new Signals(), broken }).catch(() => {});
  await vi.waitFor(() => expect(broken).toHaveBeenCalledOnce());
  expect(broken.mock.calls[0]?.[0].message).toContain(told);
});

test.runIf(process.platform === 'linux')(
  'one that gives way has a lower priority than the rest of the process',
  async () => {
    const signals = new Signals();
    const heard: string[] = [];
    for (const nice of ['0', '10']) signals.on(`nice ${nice}`, () => heard.push(nice));
    const look = `giveWay();
    signals.raise('nice ' + readFileSync('/proc/thread-self/stat', 'utf8').split(') ')[1].split(' ')[16]);
    return { stop: async () => {} };`;
    const thread = await startThread({ file: program(look), data: null, signals, broken: never });
    await vi.waitFor(() => expect(heard).toEqual(['10']));
    await thread.stop();
  },
);
