// What works in a browser, too: the calls, without what a gateway needs on a server.
export type * from './api-types';
export type { CallOptions, ChangeOptions, CreateOptions, StreamedEvent, StreamOptions } from './calls';
export { type ClientSettings, createFollowupsClient } from './client';
export { type FieldProblem, NoAnswerError, ProblemError } from './errors';
export { every, type Page } from './pages';
