// Complaints that Electron prints on machines without a session bus, a GPU or a sound card, and that mean nothing.
const HARMLESS = [
  /ERROR:(object_proxy|bus|system_media_controls_linux|browser_main_loop)\.cc.*(D-?Bus|dbus|bus:)/i,
  /Failed to connect to the bus/,
  /Failed to call method: org\.freedesktop/,
  /org\.freedesktop\.(DBus|portal|Notifications|UPower|ScreenSaver)/,
  /(gpu_process_host|viz_main_impl|gl_factory|gl_display|gpu_init|gl_surface_presentation_helper|angle_platform_impl|command_buffer_proxy_impl|gles2_cmd_decoder|gles2_command_buffer_stub|gpu_memory_buffer_support_x11|vaapi_wrapper|sandbox_linux|vulkan_\w+)\.cc/,
  /Automatic fallback to software WebGL|GPU stall due to ReadPixels|libva error|MESA-LOADER|libEGL warning|DRI3/,
  /\[Dawn\]|dri3 extension not supported/i,
  /ALSA lib|alsa_util\.cc|pulse_util\.cc|audio_manager|dbus_memory_pressure_evaluator_linux/,
  /Gtk-WARNING|Gtk-Message|dconf-CRITICAL|GLib-GIO|Failed to load module "(canberra|appmenu|xapp)/,
  /udev_watcher|device_monitor_linux|Failed to (open|adjust).*(udev|OOM score)/i,
  /^DevTools listening on|^Debugger listening on|For help, see: https:\/\/nodejs\.org/,
  /cpu_feature_guard|To enable the following instructions:|oneDNN custom operations/,
];

export const isNoise = (line) => HARMLESS.some((pattern) => pattern.test(line));

/** Copies a stream of text line by line, without the noise. */
export function quieten(from, to) {
  let rest = '';
  let dropped = false;
  from.setEncoding('utf8').on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      // A blank line after a dropped one belongs to it.
      const drop = isNoise(line) || (dropped && line.trim() === '');
      if (!drop) to.write(`${line}\n`);
      dropped = drop;
    }
  });
  from.on('end', () => {
    if (rest && !isNoise(rest)) to.write(rest);
  });
}
