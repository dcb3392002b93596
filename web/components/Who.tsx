import { useProfileName } from '../data/people.ts';
import { Ref } from './Ref.tsx';

/** A profile by its name or email, else by the end of its id. */
export function Named({ id }: { id: string }) {
  return useProfileName(id) ?? <span className="mono">…{id.slice(-8)}</span>;
}

/** A profile by its name or email, else by the end of its id; leads to it. */
export function Who({ id }: { id: string }) {
  const name = useProfileName(id);
  return (
    <span title={name === null ? id : `${name} (${id})`}>
      <Ref to={`/profiles/${id}`}>
        <Named id={id} />
      </Ref>
    </span>
  );
}
