/** What the measured terms are called, and what they mean. */

export interface Term {
  title: string;
  about: string;
}

const TERMS: Record<string, Term> = {
  loss: {
    title: "Loss",
    about: "What the training lowers; losses of different objectives cannot be compared.",
  },
  lr: {
    title: "Learning rate",
    about: "How far each step goes: it warms up, then falls along a cosine.",
  },
  knn: {
    title: "k-NN accuracy",
    about: "How often the nearest training images have the label of an image never trained on.",
  },
  gradient: {
    title: "Gradient norm",
    about: "Length of the gradient before it is clipped; a sudden rise is a sign of trouble.",
  },
  kl: { title: "KL divergence", about: "How far one distribution is from another." },
};

/** An objective's own term is called by its name. */
export function termOf(name: string): Term {
  const plain = name.replaceAll("_", " ");
  return (
    TERMS[name] ?? {
      title: plain.charAt(0).toUpperCase() + plain.slice(1),
      about: "A term of this objective; its description tells what it means.",
    }
  );
}
