/** `webhook`: what earlier webhooks of the scenario answered. */
import { entry, hasEntry, isMap, isText, keysOf, LanguageError, type Value } from '../../core/index.ts';
import type { Run } from '../run.ts';
import { asIndex } from '../types.ts';
import { Callable, Callback, type Given, Undefined } from '../values.ts';

/**
 * One answer: `webhook.x` is the property x of its JSON, `webhook.data` the whole of it (its text, when it is no JSON),
 * unless the JSON has a property `data`, and `webhook.status_code` its status. `webhook(n)` is the answer of the n-th
 * webhook on the way, from 1, and `webhook.by_action_id(id)` that of a step.
 */
class Webhook extends Callable {
  readonly #run: Run;
  readonly #step: string | undefined;

  constructor(run: Run, step: string | undefined) {
    super('webhook');
    this.#run = run;
    this.#step = step;
  }

  /** The answer; undefined when there is none. */
  #answer(): Value {
    const { responses } = this.#run.scope;
    return this.#step !== undefined && isMap(responses) ? entry(responses, this.#step) : undefined;
  }

  #status(): Value {
    const { steps } = this.#run.scope;
    const step = this.#step !== undefined && isMap(steps) ? entry(steps, this.#step) : undefined;
    return isMap(step) ? entry(step, 'status') : undefined;
  }

  override get(name: string): Value {
    if (name === 'by_action_id') return new Callback(name, (given) => this.#byStep(given));
    const answer = this.#answer();
    if (isMap(answer) && hasEntry(answer, name)) return entry(answer, name);
    if (name === 'data') return answer;
    return name === 'status_code' || name === 'status' ? this.#status() : undefined;
  }

  #byStep({ args }: Given): Webhook | Undefined {
    const [id] = args;
    if (args.length !== 1 || !isText(id)) throw new LanguageError('by_action_id takes the id of a step.');
    const known = stepsOf(this.#run).includes(String(id));
    return known ? new Webhook(this.#run, String(id)) : new Undefined(`No webhook of step ${id} has answered yet`);
  }

  override call({ args }: Given): Value {
    if (args.length !== 1) throw new LanguageError('webhook() takes the number of a webhook on the way, from 1.');
    const number = asIndex(args[0], 'The number of the webhook');
    const step = number > 0 ? stepsOf(this.#run)[number - 1] : undefined;
    return step === undefined ? new Undefined(`No webhook ${number} has answered yet`) : new Webhook(this.#run, step);
  }

  override plain(): Value {
    return this.#answer() ?? null;
  }
}

function stepsOf({ scope }: Run): string[] {
  return isMap(scope.responses) ? (keysOf(scope.responses) as string[]) : [];
}

/** The latest answer. */
export function webhookOf(run: Run): Value {
  return new Webhook(run, stepsOf(run).at(-1));
}
