import { startClustered } from './clustered';
import { startEmbedded } from './embedded';
import type { Form, Installation, InstallationSettings } from './installation';

/**
 * @param build a folder with `dist`
 * @throws when it does not come up; nothing of it is left then
 */
export const startInstallation = (form: Form, build: string, settings: InstallationSettings): Promise<Installation> =>
  form === 'embedded' ? startEmbedded(build, settings) : startClustered(build, settings);
