// Python wheels of TensorFlow 2.15.1 that carry its C library, each pinned by hash. No Python runs them: one file is unzipped.
const VERSION = '2.15.1';

const WHEELS = {
  'linux-x64': {
    package: 'tensorflow-cpu',
    platform: 'manylinux2014_x86_64',
    bytes: 207_208_420,
    sha256: '54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26',
    libraries: ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'],
  },
  'linux-arm64': {
    package: 'tensorflow-cpu-aws',
    platform: 'manylinux2014_aarch64',
    bytes: 211_874_120,
    sha256: 'd4c3a3a9363bf42999adedbbd514e3a133be2d62f61fee9cfa46aaefb087c09e',
    libraries: ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'],
    bundled: 'tensorflow_cpu_aws.libs/',
  },
  'darwin-x64': {
    package: 'tensorflow',
    platform: 'macosx_10_15_x86_64',
    bytes: 236_482_723,
    sha256: '6761efe511e6ee0f893f60738fefbcc51d6dc386eeaaafea59d21899ef369ffd',
    libraries: ['libtensorflow_cc.2.dylib', 'libtensorflow_framework.2.dylib'],
  },
  'darwin-arm64': {
    package: 'tensorflow',
    platform: 'macosx_12_0_arm64',
    bytes: 205_736_374,
    sha256: 'aa926114d1e13ffe5b2ea59c3f195216f26646d7fe36e9e5207b291e4b7902ff',
    libraries: ['libtensorflow_cc.2.dylib', 'libtensorflow_framework.2.dylib'],
  },
};

// The only headers the addon's two source files reach.
const HEADERS =
  /^tensorflow\/(include\/(?:tensorflow|tsl)\/(?:c\/(?:eager\/)?|(?:core\/)?platform\/ctstring)[^/]*\.h)$/;

/** The wheel for this machine, or null where there is none that holds a C library (Windows). */
export function wheelHere() {
  const wheel = WHEELS[`${process.platform}-${process.arch}`];
  return wheel ? { ...wheel, version: VERSION } : null;
}

/** Where a file of the wheel goes inside the engine's `deps` folder; null for the thousands that are not needed. */
export function placeOf(wheel, name) {
  const header = HEADERS.exec(name);
  if (header) return header[1];
  if (wheel.libraries.some((library) => name === `tensorflow/${library}`)) return name.replace('tensorflow/', 'lib/');
  return wheel.bundled && name.startsWith(wheel.bundled) ? name : null;
}

export function pipArguments(wheel, folder) {
  return [
    ...[
      'download',
      `${wheel.package}==${wheel.version}`,
      '--no-deps',
      '--only-binary=:all:',
      '--no-cache-dir',
      '--quiet',
    ],
    ...['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311', '--platform', wheel.platform],
    ...['--disable-pip-version-check', '--dest', folder],
  ];
}
