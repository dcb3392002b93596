import { z } from 'zod';

/** How a preset is shown: a letter or emoji, and the colour behind it. Green, amber and red mean other things. */
export const presetLook = z.strictObject({
  icon: z.string().trim().max(16).default(''),
  color: z.enum(['gray', 'blue', 'violet', 'pink', 'cyan']).default('blue'),
});
export type PresetLook = z.infer<typeof presetLook>;
