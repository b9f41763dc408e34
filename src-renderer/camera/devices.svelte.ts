import type { Device } from './identity';

/** The webcams that the system lists, and whether we may use them. */
export class Devices {
  list = $state.raw<readonly Device[]>([]);
  permission = $state<PermissionState | 'unknown'>('unknown');

  /** `changed`: something was plugged in or out, or permission was given or taken away. */
  async watch(changed: () => void): Promise<void> {
    navigator.mediaDevices.addEventListener('devicechange', changed);
    try {
      const status = await navigator.permissions.query({ name: 'camera' as PermissionName });
      this.permission = status.state;
      status.addEventListener('change', () => {
        this.permission = status.state;
        changed();
      });
    } catch {
      this.permission = 'unknown';
    }
  }

  async look(): Promise<void> {
    const all = await navigator.mediaDevices.enumerateDevices().catch(() => []);
    this.list = all
      .filter((d) => d.kind === 'videoinput')
      .map((d) => ({ id: d.deviceId, group: d.groupId, label: d.label }));
  }
}
