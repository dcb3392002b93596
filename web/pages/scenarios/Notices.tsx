import { Text } from '@mantine/core';
import { Failure, Meanwhile, Ref } from '../../components/index.ts';
import { ApiFailure } from '../../data/failure.ts';
import type { Editing } from './editing.ts';
import type { useTrail } from './notes.ts';

/** What stands above the canvas: why it can't be edited, somebody else's save, what went wrong, whose way is drawn. */
export function Notices(props: {
  id: string;
  editing: Editing;
  trail: ReturnType<typeof useTrail>;
  may: boolean;
  mayEdit: boolean;
  errors: readonly unknown[];
  profile: string | undefined;
  /** Theirs is shown already. */
  shown: boolean;
  show: () => void;
  done: () => void;
}) {
  const { editing, trail } = props;
  const { theirs, failure } = editing;
  const conflict = failure instanceof ApiFailure && failure.status === 409 ? failure.message : null;
  return (
    <>
      {!props.may && (
        <Text size="sm" c="var(--quiet)">
          {props.mayEdit
            ? 'It is archived: duplicate it to go on with its steps.'
            : 'Your role may look at scenarios, not change them: ask a marketer or a developer.'}
        </Text>
      )}
      {theirs && (
        <Meanwhile
          thing="scenario"
          at={theirs.updated_at}
          said={conflict}
          show={props.shown ? null : props.show}
          keep={() => {
            editing.keep();
            props.done();
          }}
          take={() => {
            editing.follow(theirs);
            props.done();
          }}
          saving={editing.saving}
        />
      )}
      {failure && !(theirs && conflict) ? <Failure error={failure} /> : null}
      {props.errors.filter(Boolean).map((error) => (
        <Failure key={String(error)} error={error} />
      ))}
      {props.profile && (
        <Text size="sm" c="var(--quiet)">
          {trail.missing && 'This profile was never in this scenario. '}
          {trail.drawn && (
            <>
              The way of <Ref to={`/profiles/${props.profile}`}>one profile</Ref> through version{' '}
              {trail.drawn.enrollment.version},{' '}
              {trail.drawn.enrollment.state === 'ended' ? 'ended' : 'still on its way'}.{' '}
            </>
          )}
          <Ref to={`/scenarios/${props.id}`}>Back to the draft</Ref>
        </Text>
      )}
    </>
  );
}
