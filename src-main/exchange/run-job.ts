import type { JobOutcome, JobRequest, JobWatch } from './job';

/** Does one job. Its room is loaded only when it is asked for: nobody who only records needs a hub's client. */
export async function runJob(request: JobRequest, watch: JobWatch = {}): Promise<JobOutcome> {
  switch (request.kind) {
    case 'export': {
      const { exportFolder } = await import('./export/export');
      return exportFolder(request, watch);
    }
    case 'import': {
      const { importFolder } = await import('./import-job');
      return importFolder(request, watch);
    }
    case 'check': {
      const { checkFolder } = await import('./check-job');
      return checkFolder(request, watch);
    }
    case 'repair': {
      const { repairFolder } = await import('./check-job');
      return repairFolder(request, watch);
    }
    case 'push': {
      const { pushFolder } = await import('./hub/push');
      return pushFolder(request, watch);
    }
    case 'pull': {
      const { pullFolder } = await import('./hub/pull');
      return pullFolder(request, watch);
    }
  }
}
