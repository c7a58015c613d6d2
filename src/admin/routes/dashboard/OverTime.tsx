import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { usePreferences } from "../../shared/page/preferencesContext.ts";
import { SectionHead } from "../../shared/page/SectionHead.tsx";
import { useTexts } from "../../texts/texts.ts";
import { useBucketName } from "./bucketName.ts";
import { Columns } from "./Columns.tsx";
import classes from "./dashboard.module.css";
import { GRANTED, listOf } from "./links.ts";
import type { PartProps } from "./part.ts";

/** Who was let in and who was refused, bucket by bucket: as a chart, or as the table that it is made of. */
export function OverTime({ data, search }: PartProps) {
  const { dashboard } = useTexts();
  const words = dashboard.overTime;
  const [isTable, setTable] = useState(false);
  const change = useRef<HTMLButtonElement>(null);
  const nameOf = useBucketName(data);
  const { buckets } = data.overTime;
  const attempts = ({ granted, refused }: (typeof buckets)[number]): number => granted + refused;
  const [first] = buckets;
  const peak = buckets.reduce(
    (most, one) => (most === undefined || attempts(one) > attempts(most) ? one : most),
    first,
  );
  const { granted, refused } = data.figures;
  const isEmpty = peak === undefined || granted + refused === 0;
  return (
    <section className={classes["whole"]}>
      <SectionHead title={words.title}>
        {isEmpty ? null : (
          <Button ref={change} variant="default" size="compact-sm" onClick={() => setTable(!isTable)}>
            {isTable ? dashboard.chart : dashboard.table}
          </Button>
        )}
      </SectionHead>
      {isEmpty ? (
        <p className="second">{words.none}</p>
      ) : (
        <>
          <p>{words.summary(granted, refused, nameOf(peak), attempts(peak))}</p>
          {isTable ? (
            <Table data={data} search={search} />
          ) : (
            <Columns data={data} search={search} way={change} />
          )}
        </>
      )}
    </section>
  );
}

function Table({ data, search }: PartProps) {
  const words = useTexts().dashboard.overTime;
  const format = new Intl.NumberFormat(usePreferences().preferences.language);
  const nameOf = useBucketName(data);
  const { buckets, previous } = data.overTime;
  return (
    <div className={classes["scrolls"]} tabIndex={0} role="group" aria-label={words.title}>
      <table className={classes["table"]} aria-label={words.title}>
        <thead>
          <tr>
            <th scope="col">{words.when}</th>
            {[words.granted, words.refused, ...(previous === null ? [] : [words.before])].map((header) => (
              <th key={header} scope="col" className="number">
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {buckets.map((bucket, index) => (
            <tr key={bucket.from}>
              <th scope="row">
                {nameOf(bucket)} {bucket.soFar ? <span className="meta">({words.soFar})</span> : null}
              </th>
              <td className="number">
                <Link to="/operations" search={listOf(search, bucket, { status: GRANTED })}>
                  {format.format(bucket.granted)}
                </Link>
              </td>
              <td className="number">
                <Link to="/operations" search={listOf(search, bucket, { status: ["REJECTED"] })}>
                  {format.format(bucket.refused)}
                </Link>
              </td>
              {previous === null ? null : (
                <td className="number">
                  {format.format((previous[index]?.granted ?? 0) + (previous[index]?.refused ?? 0))}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
