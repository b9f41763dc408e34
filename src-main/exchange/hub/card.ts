import type { Dataset } from '../../core/episode';

/** The page that a hub shows for the dataset. `LeRobot` as a tag is how others find it. */
export function datasetCard(dataset: Dataset, repo: string): string {
  const { spec } = dataset;
  const episodes = dataset.list();
  const frames = episodes.reduce((sum, episode) => sum + episode.length, 0);
  const tasks = [...new Set(episodes.map((episode) => episode.task))];
  const successes = episodes.filter((episode) => episode.success === true).length;
  const safe = (text: string) => text.replace(/[\r\n`<>[\]]+/g, ' ').slice(0, 200);
  return `---
task_categories:
  - robotics
tags:
  - LeRobot
  - understudy
configs:
  - config_name: default
    data_files: data/*/*.parquet
---

# ${repo.split('/')[1]}

Demonstrations of a robot (${safe(spec.robot)}), recorded with Understudy, in the LeRobot v3.0 format.

- ${episodes.length} episodes, ${frames} rows at ${spec.fps} a second, ${successes} marked as success
- Tasks: ${tasks.slice(0, 20).map(safe).join('; ')}
- Joints: ${spec.joints.map((joint) => joint.name).join(', ')}
- Cameras: ${spec.cameras.map(({ name, width, height }) => `${name} ${width}×${height}`).join(', ') || 'none'}
`;
}
