/** A program and the context of one profile → its part of a batch. */
import { checkBody } from './body.ts';
import type { MemberResult, RenderFailure } from './job.ts';
import type { Program } from './program.ts';
import { bodyTarget, failureOf, rendering } from './request.ts';

/** Renders one profile's part of a batch. Never throws: what goes wrong is a result. */
export function renderMember(program: Program, context: string): MemberResult {
  if (program.customer === null) return failureOf(new Error('the definition has no batch'));
  try {
    const render = rendering(program, context);
    const rendered = render(program.customer, bodyTarget(program));
    const key = program.key === null ? null : render(program.key, 'plain').text.trim().toWellFormed();
    const text = rendered.text.toWellFormed();
    let fault: RenderFailure | null = null;
    try {
      checkBody(text, program.definition.format, rendered, true);
    } catch (error) {
      fault = failureOf(error);
    }
    return { ok: true, text, key, fault };
  } catch (error) {
    return failureOf(error);
  }
}
