// An integration in TypeScript that needs only the types: no package, no build step. The tests type-check it.
import type { operations, Problem } from "./glas";

/** The body of a successful reply. */
type Reply<Name extends keyof operations> = operations[Name]["responses"] extends { 200: infer Success }
  ? Success extends { content: { "application/json": infer Body } } ? Body : never
  : never;
/** The query parameters of a call. */
type Query<Name extends keyof operations> = operations[Name]["parameters"]["query"];

export class Glas {
  constructor(private readonly origin: string, private readonly key: string) {}

  metric(query: Query<"getMetric">): Promise<Reply<"getMetric">> {
    return this.get("/v1/metrics", query);
  }

  responses(query?: Query<"listResponses">): Promise<Reply<"listResponses">> {
    return this.get("/v1/responses", query);
  }

  private async get<Body>(path: string, query: Record<string, unknown> = {}): Promise<Body> {
    const asked = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) asked.set(name, String(value));
    }
    const reply = await fetch(`${this.origin}${path}?${asked}`, { headers: { Authorization: `Bearer ${this.key}` } });
    if (!reply.ok) {
      const problem: Problem = await reply.json();
      throw new Error(problem.problems.map(({ at, message }) => `${at} ${message}`).join("\n"));
    }
    return reply.json();
  }
}

export async function headline(glas: Glas): Promise<string> {
  const nps = await glas.metric({ metric: "nps", from: "2026-11-01", to: "2026-11-30" });
  if (nps.enough === "none" || nps.value === null || nps.interval === null) return `${nps.n} answers: too few for a score`;
  return `NPS ${nps.value.toFixed(0)}, between ${nps.interval.low.toFixed(0)} and ${nps.interval.high.toFixed(0)}`;
}

// Each of these must be a type error.
export function mistakes(glas: Glas): unknown[] {
  return [
    // @ts-expect-error: there is no such metric
    glas.metric({ metric: "likes" }),
    // @ts-expect-error: a metric is required
    glas.metric({}),
    // @ts-expect-error: days are text
    glas.responses({ from: 20261101 }),
  ];
}
