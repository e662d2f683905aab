import { createServer, type Server } from 'node:net';
import { freePort, isPortFree, PortTakenError, requirePort } from './ports';

describe('ports', () => {
  let server: Server;
  let taken: number;

  beforeAll(async () => {
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    taken = (server.address() as { port: number }).port;
  });
  afterAll(() => {
    server.close();
  });

  it('are free or taken', async () => {
    expect(await isPortFree(taken)).toBe(false);
    expect(await isPortFree(await freePort())).toBe(true);
  });

  it('name the variable when they are taken', async () => {
    const refused = requirePort(taken, 'TEMPORAL_PORT', 'the embedded Temporal server');
    await expect(refused).rejects.toThrow(PortTakenError);
    await expect(refused).rejects.toThrow(
      new RegExp(`^Port ${taken} on 127.0.0.1 \\(the embedded Temporal server\\) is taken .* TEMPORAL_PORT=\\d+\\.$`),
    );
  });

  it('name the variable when they cannot be listened on at all', async () => {
    await expect(requirePort(3000, 'PORT', 'the API', '203.0.113.7')).rejects.toThrow(/EADDRNOTAVAIL.*PORT=/);
  });
});
