const { join } = require('node:path');
const { bundleWorkflowCode, DefaultLogger } = require('@temporalio/worker');

/**
 * Bundles workflow code as it is deployed, from a folder with the built files (`js`) or the sources (`ts`) of src/workflows.
 *
 * Our modules are loaded once for all sessions of a worker, and frozen, not once for each: they keep nothing in their own
 * scope (docs/adr/0022-modules-are-shared.md).
 *
 * @param folder where they are
 * @param extension of the files
 * @param more takes the place of what is deployed
 */
function bundleWorkflows({ folder, extension, ...more }) {
  const at = (name) => join(folder, `${name}.${extension}`);
  const workflowsPath = more.workflowsPath ?? at('index');
  return bundleWorkflowCode({
    workflowsPath,
    payloadConverterPath: at('payload-converter'),
    workflowInterceptorModules: [at('trace-interceptors')],
    preloadModules: [workflowsPath, at('trace-interceptors')],
    logger: new DefaultLogger('WARN'),
    ...more,
  });
}

module.exports = { bundleWorkflows };
