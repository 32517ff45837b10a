"""Learning from labels: what the others are measured against."""

from typing import Any

from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional

from repscope.workers.objectives.base import (
    Batch,
    DataFacts,
    Objective,
    ObjectiveParams,
    Samples,
    Terms,
    register,
)
from repscope.workers.training.augment import Augmentation
from repscope.workers.training.params import Flip, SmallestCrop

#: Classes that are told of each sample.
_TOLD = 3


class Params(ObjectiveParams):
    """How labels are learned."""

    smoothing: float = Field(
        0.1,
        ge=0.0,
        le=0.9,
        description="share of the certainty that is spread over all classes (Szegedy et al., 2016)",
    )
    crop: SmallestCrop = 0.4
    flip: Flip = True


@register(
    "supervised",
    Params,
    version=2,
    title="Supervised",
    citation="The yardstick of every objective without labels; smoothed labels after C. Szegedy "
    "et al., Rethinking the Inception Architecture for Computer Vision, CVPR 2016.",
    cost=1.0,
)
class Supervised(Objective):
    """Learn to name the class of an image.

    A linear layer on top of the encoder is trained together with it, on labeled images. It is the
    baseline for everything that learns without labels, and it has seen what they have not. On its
    own classes it is hard to beat; what it has no name for it may throw away, and on other tasks
    others can be ahead.
    """

    needs_labels = True

    def __init__(self, backbone: Any, params: Params, data: DataFacts) -> None:
        """Add a linear layer."""
        super().__init__(backbone, params, data)
        self.classifier = nn.Linear(backbone.layers[-1][1], max(1, len(data.classes or [])))
        self.augmentation = Augmentation(crop=(params.crop, 1.0), flip=0.5 * params.flip)

    def loss(self, batch: Batch) -> Terms:
        """Return the cross entropy with smoothed labels, and the share that is named right."""
        scores = self.scores(self.view(batch.images, self.augmentation))
        known = batch.labels >= 0
        loss = functional.cross_entropy(
            scores,
            batch.labels.clamp(min=0),
            label_smoothing=self.params.smoothing,
            reduction="none",
        )
        right = (scores.argmax(dim=1) == batch.labels).float()
        count = known.sum().clamp(min=1)
        return {"loss": (loss * known).sum() / count, "accuracy": (right * known).sum() / count}

    def scores(self, images: Tensor) -> Tensor:
        """Return the logits of the classes, (batch, classes)."""
        return self.classifier(self.backbone.pool(self.backbone(images))).float()

    def samples(self, batch: Batch) -> Samples:
        """Return an augmented view of each image and the classes that are most likely for it."""
        view = self.view(batch.images, self.augmentation)
        probabilities = self.scores(view).softmax(dim=1)
        largest, which = probabilities.topk(min(_TOLD, probabilities.shape[1]), dim=1)
        names = self.data.classes or []
        return Samples(
            {"input": self.denormalize(view)},
            {
                "classes": [[names[i] for i in row] for row in which.tolist()],
                "probabilities": largest.tolist(),
                "label": [names[i] if i >= 0 else None for i in batch.labels.tolist()],
            },
        )
