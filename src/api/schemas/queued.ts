import * as z from 'zod';

export const queuedAnswer = z
  .strictObject({
    queued: z.int().min(0).meta({ description: 'How many deliveries are queued, or being tried.', example: 3 }),
  })
  .meta({ id: 'Queued' });

/** How exact the number is: said where it is asked for. */
export const queuedExactly =
  'As the database was told: what was decided in the last moment may be missing, and one that is being sent just now counts and may still come through. What waits for its due time is not queued.';
