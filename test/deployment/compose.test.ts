import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import packageJson from '../../package.json';
import { builtRepository } from '../support/build';
import { type ComposeService, composeFileWith, readComposeFile, repositoryRoot } from '../support/compose-file';
import { composeSchemaErrors } from '../support/compose-schema';

const read = (name: string) => readFileSync(join(repositoryRoot, name), 'utf8');
const needed = ['POSTGRES_PASSWORD', 'FOLLOWUPS_DB_PASSWORD', 'TEMPORAL_DB_PASSWORD', 'SECRETS_KEY', 'ADMIN_API_KEY'];
const filledIn = () => composeFileWith(Object.fromEntries(needed.map((name) => [name, 'filled-in'])));
const services = Object.entries(readComposeFile().services);
const oneShots = ['temporal-schema', 'temporal-namespace', 'migrate'];

describe('docker-compose.yml', () => {
  it("is valid by the Compose specification's schema", () => {
    expect(composeSchemaErrors(readComposeFile())).toEqual([]);
    expect(composeSchemaErrors(filledIn())).toEqual([]);
    expect(composeSchemaErrors({ services: { api: { image: 1 } } })).not.toEqual([]);
  });

  it('has every part', () => {
    expect(services.map(([name]) => name).sort()).toEqual(
      ['postgresql', 'temporal', 'temporal-ui', 'api', 'worker', ...oneShots].sort(),
    );
    expect(readComposeFile().services.worker?.deploy?.replicas).toBe(2);
  });

  it.each(services)('runs %s as no root, on a read-only root, without capabilities', (_name, service) => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      user: expect.stringMatching(/^[1-9]\d*:[1-9]\d*$/),
      tmpfs: expect.arrayContaining(['/tmp']),
    });
    expect(service).not.toHaveProperty('privileged');
    expect(service).not.toHaveProperty('cap_add');
  });

  it.each(services)('pins the image of %s', (_name, { image }) => {
    expect(image).toMatch(/^[a-z/-]+:\d+\.\d+(\.\d+)?(-[a-z]+)?$/);
    if (image.startsWith('followups:')) expect(image).toBe(`followups:${packageJson.version}`);
  });

  it('pins the base image of its own', () => {
    expect(read('Dockerfile')).toMatch(/^ARG NODE_IMAGE=node:\d+\.\d+\.\d+-[a-z]+-slim$/m);
    for (const [, image] of read('Dockerfile').matchAll(/^FROM (\S+)/gm)) expect(image).toBe('$' + '{NODE_IMAGE}');
    expect(read('Dockerfile')).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
  });

  it.each(services)('opens ports of %s on the loopback only', (_name, { ports = [] }) => {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\$\{[A-Z_]+:-\d+\}:\d+$/);
  });

  it.each(services)('knows when %s is healthy, or it ends by itself', (name, { healthcheck, restart }) => {
    if (oneShots.includes(name)) {
      expect(restart).toBe('on-failure:5');
      const waiting = services.filter(([, { depends_on }]) => depends_on?.[name] !== undefined);
      expect(waiting).not.toHaveLength(0);
      for (const [, { depends_on }] of waiting) {
        expect(depends_on?.[name]?.condition).toBe('service_completed_successfully');
      }
    } else {
      expect(healthcheck?.test[0]).toBe('CMD');
      expect(restart).toBe('unless-stopped');
    }
  });

  it('waits for what is healthy, and only for what there is', () => {
    for (const [, { depends_on = {} }] of services) {
      for (const [name, { condition }] of Object.entries(depends_on)) {
        const other = readComposeFile().services[name];
        expect(other).toBeDefined();
        if (condition === 'service_healthy') expect(other?.healthcheck).toBeDefined();
      }
    }
  });

  it('holds no secret, and asks for each that is needed', () => {
    for (const [, { environment = {} }] of services) {
      for (const [name, value] of Object.entries(environment)) {
        if (!/PASSWORD|PWD|SECRET|KEY/.test(name)) continue;
        expect(value).toMatch(/^\$\{[A-Z_]+(:\?is needed, see \.env\.example|:-)\}$/);
      }
      if (environment.DATABASE_URL) {
        expect(environment.DATABASE_URL).toMatch(/^postgresql:\/\/followups:\$\{FOLLOWUPS_DB_PASSWORD:\?[^}]+\}@/);
      }
    }
    for (const name of needed) {
      const others = Object.fromEntries(needed.filter((other) => other !== name).map((other) => [other, 'filled-in']));
      expect(() => composeFileWith(others)).toThrow(`${name} is needed, see .env.example`);
    }
  });

  it('mounts only files that are there', () => {
    const mounts = services.flatMap(([, { volumes = [] }]) => volumes);
    for (const mount of mounts) {
      const [source = '', , mode] = mount.split(':');
      if (source.startsWith('./')) {
        expect(existsSync(join(repositoryRoot, source))).toBe(true);
        expect(mode).toBe('ro');
      } else {
        expect(readComposeFile().volumes).toHaveProperty(source);
      }
    }
  });

  it('runs programs that the build makes, as the scripts of package.json do', () => {
    const root = builtRepository();
    const scripts: Record<string, string> = packageJson.scripts;
    const commandOf = (name: string) => (readComposeFile().services[name] as ComposeService).command;
    for (const [name, script] of [
      ['migrate', 'migrate'],
      ['api', 'start:api'],
      ['worker', 'start:worker'],
    ] as const) {
      // In a script the shell makes way for the program; in a container there is no shell.
      expect(`exec ${commandOf(name)?.join(' ')}`).toBe(scripts[script]);
      expect(existsSync(join(root, commandOf(name)?.[1] ?? ''))).toBe(true);
    }
    expect(read('Dockerfile')).toContain('CMD ["node", "dist/server.js"]');
  }, 180_000);

  it('lets a session be asked by several at once', () => {
    expect(
      parse(read('docker/temporal-dynamic-config.yaml'))['history.MaxBufferedQueryCount'][0].value,
    ).toBeGreaterThan(10);
  });
});

describe('.env.example', () => {
  const lines = read('.env.example').split('\n');
  const described = lines.flatMap((line) => /^#?([A-Z_]+)=/.exec(line)?.[1] ?? []);

  it('describes every setting, and none that does not exist', () => {
    const known = [...read('src/config.ts').matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(([, name]) => name ?? '');
    expect(known).toContain('DATABASE_URL');
    expect([...described].sort()).toEqual([...new Set([...known, ...needed])].sort());
  });

  it('describes every variable of docker-compose.yml', () => {
    const used = [...read('docker-compose.yml').matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name ?? '');
    for (const name of used) expect(described).toContain(name);
  });

  it('gives no value to a secret', () => {
    for (const name of needed) expect(lines).toContain(`${name}=`);
  });

  it('stays out of the image, like everything that the build does not read', () => {
    const [first] = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(first).toBe('*');
    expect(read('.dockerignore')).not.toMatch(/^!.*env/m);
  });
});
