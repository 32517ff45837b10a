/** Which encoders can be looked into. */

const NETWORKS = ["vit", "cnn", "resnet", "timm", "torchvision", "checkpoint"];

/** Whether an encoder is a network, as its manifest tells. */
export const canLook = ({ architecture }: Record<string, unknown>) =>
  NETWORKS.includes(String(architecture));
