import type { Route } from '../route.ts';
import { attributes } from './attributes.ts';

/** Every route of /api/v1. */
export const routes: readonly Route[] = [...attributes];
