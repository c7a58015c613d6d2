import { Link } from "@tanstack/react-router";
import { type RefObject, useId, useState } from "react";
import { usePreferences } from "../../shared/page/preferencesContext.ts";
import { useTexts } from "../../texts/texts.ts";
import { useBucketName } from "./bucketName.ts";
import classes from "./dashboard.module.css";
import { listOf } from "./links.ts";
import type { PartProps } from "./part.ts";
import { useWalk } from "./useWalk.ts";

const HEIGHT = 100;
const WIDTH = 10;
const GAP = 2;

/**
 * Stacked columns, one a bucket, with the time before as a line; each leads to its entries.
 *
 * @param way where Escape leads
 */
export function Columns({ data, search, way }: PartProps & { readonly way: RefObject<HTMLElement | null> }) {
  const words = useTexts().dashboard.overTime;
  const { language } = usePreferences().preferences;
  const format = new Intl.NumberFormat(language);
  const nameOf = useBucketName(data);
  const keysId = useId();
  const [seen, setSeen] = useState<number | null>(null);
  const { buckets, previous } = data.overTime;
  const walk = useWalk(
    buckets.map((_, column) => ({ row: 0, column })),
    way,
  );
  const before = previous?.map(({ granted, refused }) => granted + refused) ?? [];
  const most = Math.max(1, ...before, ...buckets.map(({ granted, refused }) => granted + refused));
  const height = (count: number): number => (count / most) * HEIGHT;
  const said = (index: number): readonly [name: string, counts: string] => {
    const bucket = buckets[index];
    if (bucket === undefined) return ["", ""];
    const was = previous === null ? [] : [`${words.before} ${format.format(before[index] ?? 0)}`];
    return [
      `${nameOf(bucket)}${bucket.soFar ? ` (${words.soFar})` : ""}`,
      [
        `${words.granted} ${format.format(bucket.granted)}`,
        `${words.refused} ${format.format(bucket.refused)}`,
        ...was,
      ].join(", "),
    ];
  };
  const [first] = buckets;
  const last = buckets.at(-1);
  const line = before
    .map((count, index) => `${String(index * WIDTH + WIDTH / 2)},${String(HEIGHT - height(count))}`)
    .join(" ");
  return (
    <figure className={classes["chart"]}>
      <span className={`${classes["most"] ?? ""} meta`}>{format.format(most)}</span>
      <div className={classes["drawing"]}>
        <svg
          aria-hidden="true"
          viewBox={`0 0 ${String(buckets.length * WIDTH)} ${String(HEIGHT)}`}
          preserveAspectRatio="none"
        >
          {buckets.map(({ from, granted, refused, soFar }, index) => {
            const place = { x: index * WIDTH + GAP / 2, width: WIDTH - GAP };
            return (
              <g key={from} data-sofar={soFar}>
                <rect
                  {...place}
                  y={HEIGHT - height(granted)}
                  height={height(granted)}
                  className={classes["granted"]}
                />
                <rect
                  {...place}
                  y={HEIGHT - height(granted) - height(refused)}
                  height={height(refused)}
                  className={classes["refused"]}
                />
              </g>
            );
          })}
          {previous === null ? null : (
            <polyline points={line} className={classes["before"]} vectorEffect="non-scaling-stroke" />
          )}
        </svg>
        <div
          ref={walk.box}
          className={classes["buckets"]}
          role="group"
          aria-label={words.title}
          aria-describedby={keysId}
          onKeyDown={walk.onKeyDown}
          onMouseLeave={() => setSeen(null)}
          onBlur={() => setSeen(null)}
        >
          {buckets.map((bucket, index) => {
            const { tabIndex, onFocus } = walk.linkProps(index);
            return (
              <Link
                key={bucket.from}
                to="/operations"
                search={listOf(search, bucket, {})}
                aria-label={said(index).join(": ")}
                tabIndex={tabIndex}
                onFocus={() => {
                  onFocus();
                  setSeen(index);
                }}
                onMouseEnter={() => setSeen(index)}
              />
            );
          })}
        </div>
        {seen === null || seen >= buckets.length ? null : (
          <Tip index={seen} of={buckets.length} said={said(seen)} />
        )}
      </div>
      <p id={keysId} className="visually-hidden">
        {words.keys}
      </p>
      <div className={`${classes["axis"] ?? ""} meta`}>
        <span>{first === undefined ? "" : nameOf(first)}</span>
        <span>
          {last === undefined ? "" : nameOf(last)}
          {last?.soFar === true ? ` (${words.soFar})` : ""}
        </span>
      </div>
      <figcaption className={classes["legend"]}>
        <span data-of="granted">{words.granted}</span>
        <span data-of="refused">{words.refused}</span>
        {previous === null ? null : <span data-of="before">{words.before}</span>}
      </figcaption>
    </figure>
  );
}

/** What a bucket holds, at its column; the link says the same to those who can't see it. */
function Tip({
  index,
  of,
  said: [name, counts],
}: {
  readonly index: number;
  readonly of: number;
  readonly said: readonly [name: string, counts: string];
}) {
  const isLeft = index < of / 2;
  const away = `${String((isLeft ? index / of : 1 - (index + 1) / of) * 100)}%`;
  return (
    <div
      role="tooltip"
      className={classes["tip"]}
      style={isLeft ? { insetInlineStart: away } : { insetInlineEnd: away }}
    >
      <strong>{name}</strong>
      <span>{counts}</span>
    </div>
  );
}
