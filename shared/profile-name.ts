/** So many profiles' names are told in one call, at most. */
export const MOST_NAMES = 100;

/** Attributes that tell what a profile is called. */
export const NAMING = ['name', 'first_name', 'firstName', 'last_name', 'lastName', 'email'] as const;

/** What a profile is called: its name, else its email; null when its attributes tell neither. */
export function profileName(attributes: Readonly<Record<string, unknown>>): string | null {
  const text = (name: (typeof NAMING)[number]) => {
    const value = attributes[name];
    return typeof value === 'string' && value.trim() !== '' ? value : null;
  };
  const whole = [text('first_name') ?? text('firstName'), text('last_name') ?? text('lastName')].filter(Boolean);
  return text('name') ?? (whole.join(' ') || text('email'));
}
