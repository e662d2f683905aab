import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

/** Bundles the baselines as the service's own build does, without its converter and interceptors. @returns the file */
export async function bundleBaselines(folder: string): Promise<string> {
  const workflowsPath = join(__dirname, 'workflows.ts');
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    preloadModules: [workflowsPath],
    logger: new DefaultLogger('WARN'),
  });
  const file = join(folder, 'baselines.js');
  writeFileSync(file, code);
  return file;
}
