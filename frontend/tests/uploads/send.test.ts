import { expect, test } from "vitest";
import { Speed, sendUpload } from "../../src/uploads/send";

test("speed and remaining time are those of the last seconds", () => {
  const speed = new Speed();
  speed.note(0, 0);
  expect(speed.progress(0, 100)).toEqual({ sent: 0, total: 100, speed: null, remaining: null });
  speed.note(1000, 10_000);
  expect(speed.progress(10_000, 40_000)).toMatchObject({ speed: 10_000, remaining: 3 });
  for (let second = 2; second <= 10; second++) speed.note(second * 1000, second * 1000 + 9000);
  expect(speed.progress(19_000, 20_000)).toMatchObject({ speed: 1000, remaining: 1 });
});

test("what was given up before is not sent", async () => {
  const sending = sendUpload(new Blob(["a"]), () => {}, AbortSignal.abort());
  await expect(sending).rejects.toMatchObject({ name: "AbortError" });
});
