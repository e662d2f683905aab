import { type Cluster, startCluster } from '../cluster/cluster';
import { isBuilt } from '../cluster/server-programs';
import { readComposeFile } from '../support/compose-file';
import { describeOnProductionForm } from '../support/production-form';
import { temporaryFolder } from '../support/temporary-folder';

/*
 * `npm run cluster`, as people use it.
 */
const missing = isBuilt('temporal-ui') ? null : 'the Temporal Web UI is not built (npm run cluster builds it)';
const folder = temporaryFolder();

describeOnProductionForm('npm run cluster', missing, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({ folder, say: () => {}, durable: false });
  }, 180_000);
  afterAll(() => cluster?.stop(), 60_000);

  it('starts as many workers as docker-compose.yml, and two APIs', async () => {
    expect(cluster.workers).toHaveLength(readComposeFile().services.worker?.deploy?.replicas ?? 0);
    expect(cluster.apis).toHaveLength(2);
    for (const url of [...cluster.apiUrls, ...cluster.workerUrls]) {
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
    }
  });

  it('has the limits on calls that production has', async () => {
    const headers = { authorization: `Bearer ${cluster.adminKey}` };
    const limit = async (url: string) => (await fetch(`${url}/v1/agents`, { headers })).headers.get('ratelimit-policy');
    for (const url of cluster.apiUrls) expect(await limit(url)).toBe('"requests";q=500;w=10');
  });

  it('has a Web UI that knows the namespace', async () => {
    const answered = await fetch(`${cluster.temporalUiUrl}/api/v1/namespaces/${cluster.namespace}`);
    expect(answered.status).toBe(200);
    expect(await answered.json()).toMatchObject({ namespaceInfo: { name: cluster.namespace } });
  });
});
