import { usePreferences } from "../../shared/page/preferencesContext.ts";
import { useTexts } from "../../texts/texts.ts";
import { useBucketName } from "./bucketName.ts";
import classes from "./dashboard.module.css";
import type { Dashboard } from "./queries.ts";

const HEIGHT = 100;
const WIDTH = 10;
const GAP = 2;

/** Stacked columns, one a bucket, with the time before as a line. Its numbers are in the table beside it. */
export function Columns({ data }: { readonly data: Dashboard }) {
  const words = useTexts().dashboard.overTime;
  const { language } = usePreferences().preferences;
  const nameOf = useBucketName(data);
  const { buckets, previous } = data.overTime;
  const before = previous?.map(({ granted, refused }) => granted + refused) ?? [];
  const most = Math.max(1, ...before, ...buckets.map(({ granted, refused }) => granted + refused));
  const height = (count: number): number => (count / most) * HEIGHT;
  const [first] = buckets;
  const last = buckets.at(-1);
  const line = before
    .map((count, index) => `${String(index * WIDTH + WIDTH / 2)},${String(HEIGHT - height(count))}`)
    .join(" ");
  return (
    <figure className={classes["chart"]}>
      <span className={`${classes["most"] ?? ""} meta`}>{new Intl.NumberFormat(language).format(most)}</span>
      <svg
        role="img"
        aria-label={words.title}
        viewBox={`0 0 ${String(buckets.length * WIDTH)} ${String(HEIGHT)}`}
        preserveAspectRatio="none"
      >
        {buckets.map(({ from, granted, refused, soFar }, index) => {
          const place = { x: index * WIDTH + GAP / 2, width: WIDTH - GAP };
          return (
            <g key={from} data-sofar={soFar}>
              <title>{`${nameOf({ from })}: ${words.granted} ${String(granted)}, ${words.refused} ${String(refused)}`}</title>
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
