import * as z from 'zod';
import { type IdPrefix, idPattern } from '../../ids';

/** Ids that stand in examples: the shape of real ones, of nothing that exists. */
export const exampleIds = {
  agt: 'agt_0199c2a17b3c7d10a1b2c3d4e5f60718',
  ch: 'ch_0199c2a2a4f07e21b2c3d4e5f6071829',
  flw: 'flw_0199c2a3c5d17f32a3d4e5f60718293a',
  ses: 'ses_0199c2a4d6e27043b4e5f60718293a4b',
  dlv: 'dlv_0199c2a5e7f37154a5f60718293a4b5c',
  key: 'key_0199c2a6f8047265b60718293a4b5c6d',
} as const satisfies Record<IdPrefix, string>;

export const id = (prefix: IdPrefix, description: string) =>
  z.string().regex(idPattern(prefix)).meta({ description, example: exampleIds[prefix] });

/** An issue of our own with a code that goes into the problem. */
export const issue = (input: unknown, code: string, message: string, path: PropertyKey[] = []) => ({
  code: 'custom' as const,
  input,
  message,
  params: { code },
  path,
});

/**
 * A text that a person reads: neither empty nor blank. `max` counts Unicode characters, as JSON Schema's maxLength
 * does, and not UTF-16 units.
 */
export const text = (max: number, description: string, example: string) =>
  z
    .string()
    .check((context) => {
      const value = context.value;
      if (value.trim() === '') {
        context.issues.push(issue(value, 'blank', 'must not be blank'));
      } else if (value.length > max && [...value].length > max) {
        context.issues.push(issue(value, 'too_long', `must have at most ${max} characters`));
      }
    })
    .meta({ description, example, minLength: 1, maxLength: max });

export const wholeNumber = (min: number, max: number, description: string, example: number) =>
  z.int().min(min).max(max).meta({ description, example });

/** A yes or no in a query. */
export const flag = (description: string) => z.enum(['true', 'false']).meta({ description, example: 'false' });

export const exampleTime = '2026-11-30T09:00:00.000Z';

/** A time in an answer: ISO 8601 in UTC with milliseconds. */
export const instant = (description: string) =>
  z.iso.datetime({ precision: 3 }).meta({ description, example: exampleTime });

/** A time in a request: ISO 8601 with an offset. */
export const instantInput = (description: string, example: string = exampleTime) =>
  z.iso.datetime({ offset: true }).meta({ description, example });

/** A time that is compared with stored ones, so within what PostgreSQL and ISO 8601 have years for. */
export const instantFilter = (description: string) =>
  instantInput(description)
    .check((context) => {
      const year = new Date(context.value).getUTCFullYear();
      if (!(year >= 1970 && year <= 9999)) {
        context.issues.push(issue(context.value, 'out_of_range', 'must lie in the years 1970 to 9999'));
      }
    })
    .meta({ description, example: exampleTime });

/** The longest period that settings take: a year. */
export const yearSeconds = 31_536_000;

export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50).meta({ description: 'Items on a page.', example: 50 }),
  cursor: z.string().min(1).max(200).optional().meta({
    description: 'The nextCursor of the page before.',
    example: 'MTc5NTQwMzkzMzU5My5hZ3RfMDE5OWMyYTE3YjNjN2QxMGExYjJjM2Q0ZTVmNjA3MTg',
  }),
};

/** A page of a list, newest first. */
export const page = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({
    items: z.array(item).meta({ description: 'Newest first.' }),
    nextCursor: z
      .string()
      .nullable()
      .meta({ description: 'Ask with ?cursor= for the next page; null: this is the last one.', example: null }),
  });

export const problemSchema = z
  .strictObject({
    type: z.url().meta({
      description: 'Where this kind of problem is described.',
      example: 'http://127.0.0.1:3000/problems/validation_failed',
    }),
    title: z.string().meta({ description: 'The kind of problem.', example: 'The request is not valid' }),
    status: z.int().meta({ description: 'The HTTP status.', example: 422 }),
    detail: z.string().meta({ description: 'What happened this time.', example: 'Not valid: delaySeconds.' }),
    code: z.string().meta({ description: 'The kind of problem, for programs.', example: 'validation_failed' }),
    errors: z
      .array(
        z.strictObject({
          path: z.string().meta({ description: 'Where; empty for the whole body.', example: 'delaySeconds' }),
          code: z.string().meta({ description: 'What kind of mistake.', example: 'too_small' }),
          message: z.string().meta({
            description: 'What to do about it, with a valid example.',
            example: '"delaySeconds" must be at least 1, for example 1800.',
          }),
        }),
      )
      .meta({ description: 'All that is wrong with the request.' }),
    requestId: z.string().meta({
      description: 'Also in the header X-Request-Id, and in the log.',
      example: '0199c2a7-0915-7376-8718-293a4b5c6d7e',
    }),
  })
  .meta({ id: 'Problem', description: 'An error (RFC 9457).' });
