import { z } from 'zod';
import { corrupt } from './errors';
import { readRows, writeColumns } from './parquet';

/** `meta/tasks.parquet`: task texts by number. LeRobot finds the text in the pandas index, hence the metadata. */
const pandas = (count: number): string =>
  JSON.stringify({
    index_columns: ['task'],
    column_indexes: [
      { name: null, field_name: null, pandas_type: 'unicode', numpy_type: 'object', metadata: { encoding: 'UTF-8' } },
    ],
    columns: [
      { name: 'task_index', field_name: 'task_index', pandas_type: 'int64', numpy_type: 'int64', metadata: null },
      { name: 'task', field_name: 'task', pandas_type: 'unicode', numpy_type: 'object', metadata: null },
    ],
    creator: { library: 'understudy', version: '1' },
    pandas_version: '2.0.0',
    rows: count,
  });

export const writeTasks = (tasks: readonly string[]): Promise<Uint8Array> =>
  writeColumns(
    [
      { name: 'task_index', type: 'int64', depth: 0, data: tasks.map((_, i) => i) },
      { name: 'task', type: 'string', depth: 0, data: tasks },
    ],
    [{ key: 'pandas', value: pandas(tasks.length) }],
  );

const rowSchema = z.object({ task_index: z.number().int().min(0), task: z.string() });

export async function readTasks(bytes: Uint8Array, file: string): Promise<string[]> {
  const rows = await readRows(bytes, file);
  const tasks = rows.map((row) => {
    const parsed = rowSchema.safeParse(row);
    if (!parsed.success) throw corrupt(file, z.prettifyError(parsed.error));
    return parsed.data;
  });
  tasks.sort((a, b) => a.task_index - b.task_index);
  if (tasks.some((task, i) => task.task_index !== i)) throw corrupt(file, 'its task numbers have gaps');
  return tasks.map((task) => task.task);
}
