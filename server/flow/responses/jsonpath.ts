/**
 * JSONPath (RFC 9535) by json-p3, with `match` and `search` on a linear-time engine and with bounds: its own versions
 * use native regular expressions, which a hostile pattern or text makes run for seconds.
 */
import { FunctionExpressionType, JSONPathEnvironment, JSONPathError, JSONPathNode, type JSONPathQuery } from 'json-p3';
import { fullMatch, partMatch } from './iregexp.ts';

/** Most nodes that the steps of one query may produce together, and values that it looks at in descents. */
const MAX_NODES = 200_000;
const MAX_DEPTH = 500;
const MAX_CACHED = 1000;

/** A query went over its bound. */
class QueryBudgetError extends Error {}

let visited = 0;
function spend(): void {
  if (++visited > MAX_NODES) throw new QueryBudgetError('the path touches too many values');
}

function regexp(call: (text: unknown, pattern: unknown) => boolean) {
  const { ValueType, LogicalType } = FunctionExpressionType;
  return { argTypes: [ValueType, ValueType], returnType: LogicalType, call };
}

class Environment extends JSONPathEnvironment {
  protected override setupFilterFunctions(): void {
    super.setupFilterFunctions();
    this.functionRegister.set('match', regexp(fullMatch));
    this.functionRegister.set('search', regexp(partMatch));
  }
  override entries(object: Parameters<JSONPathEnvironment['entries']>[0]): ReturnType<JSONPathEnvironment['entries']> {
    spend();
    return super.entries(object);
  }
}

const environment = new Environment({ maxRecursionDepth: MAX_DEPTH });
const cache = new Map<string, JSONPathQuery>();

/** A path as people write it: a bare `fullName` means `$.fullName`, `[0]` means `$[0]`. */
function fullPath(path: string): string {
  if (path.startsWith('$')) return path;
  return path.startsWith('[') ? `$${path}` : `$.${path}`;
}

function compile(path: string): JSONPathQuery {
  let query = cache.get(path);
  if (query === undefined) {
    if (cache.size >= MAX_CACHED) cache.clear();
    query = environment.compile(path);
    cache.set(path, query);
  }
  return query;
}

/** What is wrong with a path, and in which column (from 1); null when nothing is. */
export function pathError(path: string): { column: number; message: string } | null {
  try {
    environment.compile(fullPath(path));
    return null;
  } catch (error) {
    const index = error instanceof JSONPathError ? error.token.index - (fullPath(path).length - path.length) : 0;
    const message = error instanceof Error ? error.message : String(error);
    return { column: Math.max(1, index + 1), message: message.replace(/ \(.*$/, '') };
  }
}

/**
 * Places at which `path` (RFC 9535 as it stands, unless `bare`) matches, in document order.
 * Throws JSONPathError for a path that isn't one, QueryBudgetError over the bound.
 */
export function query(path: string, document: unknown, bare = true): JSONPathNode[] {
  const { segments } = compile(bare ? fullPath(path) : path);
  visited = 0;
  const root = document as ConstructorParameters<typeof JSONPathNode>[0];
  let nodes: Iterable<JSONPathNode> = [new JSONPathNode(root, [], root)];
  for (const segment of segments) nodes = counted(segment.lazyResolve(nodes));
  return [...nodes];
}

function* counted(nodes: Iterable<JSONPathNode>): Generator<JSONPathNode> {
  for (const node of nodes) {
    spend();
    yield node;
  }
}
