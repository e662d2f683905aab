import { problemOfTemporal } from './failures';

/** As the client of Temporal throws what gRPC says. */
const failed = (code: number, details: string) =>
  new Error('Failed to signal', { cause: Object.assign(new Error(`${code}: ${details}`), { code, details }) });

describe('what a failure of Temporal is answered with', () => {
  it.each<[string, number, string, number]>([
    ['a server that has too much to do', 8, 'namespace rate limit exceeded', 429],
    ['a run that is full until a worker comes to it', 3, 'exceeded workflow execution limit for signal events', 429],
    ['a server that is away', 14, 'No connection established', 503],
    [
      'a server that does not know the search attributes yet',
      3,
      'Namespace default has no mapping defined for search attribute FollowupsAgentId',
      503,
    ],
  ])('%s', (_, code, details, status) => {
    const problem = problemOfTemporal(failed(code, details));
    expect(problem?.status).toBe(status);
    expect(problem?.headers).toMatchObject({ 'Retry-After': expect.stringMatching(/^\d+$/) });
  });

  it('knows none for a request that will never be taken', () => {
    expect(problemOfTemporal(failed(3, 'BadSignalInput'))).toBeNull();
  });
});
