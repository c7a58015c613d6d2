import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { queryClient } from "../../api/queryClient.ts";
import { CodeToEnter } from "../../shared/code/CodeToEnter.tsx";
import classes from "../../shared/code/code.module.css";
import { Dialog } from "../../shared/dialog/Dialog.tsx";
import { Status } from "../../shared/status/Status.tsx";
import { useTexts } from "../../texts/texts.ts";
import { EnrollForm } from "./EnrollForm.tsx";
import { deviceQuery, enrollmentQuery, type MadeCode } from "./queries.ts";

const LOOK_MS = 2_000;

/**
 * Makes a code and shows what becomes of it. The code is in this dialog alone: in no address, no storage and no cache, and
 * gone when it closes.
 */
export function EnrollDialog({ onClose }: { readonly onClose: () => void }) {
  const { enrollments } = useTexts();
  const [made, setMade] = useState<MadeCode | null>(null);
  return (
    <Dialog onClose={onClose} title={made === null ? enrollments.create : enrollments.title}>
      {made === null ? (
        <EnrollForm onMade={setMade} onCancel={onClose} />
      ) : (
        <Made made={made} onNew={() => setMade(null)} />
      )}
    </Dialog>
  );
}

function Made({ made, onNew }: { readonly made: MadeCode; readonly onNew: () => void }) {
  const { enrollments } = useTexts();
  const { data } = useQuery({ ...enrollmentQuery(made.id), refetchInterval: LOOK_MS });
  if (data?.status === "CONSUMED") return <CameIn id={made.id} onNew={onNew} />;
  return (
    <CodeToEnter
      code={made.code}
      expiresAt={made.expiresAt}
      why={enrollments.enter}
      waiting={enrollments.waiting}
      onNew={onNew}
    />
  );
}

function CameIn({ id, onNew }: { readonly id: string; readonly onNew: () => void }) {
  const { enrollments } = useTexts();
  const { data } = useQuery(deviceQuery(id));
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.focus();
    // The list behind the dialog was asked for before.
    void queryClient.invalidateQueries({ queryKey: ["enrollments", "list"] });
  }, []);
  return (
    <div className={classes["body"]} ref={box} tabIndex={-1} role="status">
      <Status tone="ok" icon="check" word={enrollments.enrolled} />
      {data === undefined ? null : (
        <>
          <p>
            {enrollments.enrolledAs} <bdi className="mono">{data.hardware_id}</bdi>
            {data.name === null ? null : (
              <>
                {" "}
                (<bdi>{data.name}</bdi>)
              </>
            )}
          </p>
          <p>
            <Link to="/terminals/$serial" params={{ serial: data.hardware_id }}>
              {enrollments.open}
            </Link>
          </p>
        </>
      )}
      <Button variant="default" onClick={onNew}>
        {enrollments.another}
      </Button>
    </div>
  );
}
