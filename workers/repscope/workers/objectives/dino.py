"""DINO (Caron et al., 2021, "Emerging Properties in Self-Supervised Vision Transformers")."""

import copy
import math
from dataclasses import replace
from typing import Any

import torch
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
from repscope.workers.training.health import divergence, entropy
from repscope.workers.training.params import Blur, Flip, LearningRate
from repscope.workers.training.schedule import cosine

#: Outcomes whose probabilities are told of each sample.
_TOLD = 16


class Params(ObjectiveParams):
    """Views, temperatures, and how the teacher follows."""

    outcomes: int = Field(
        1024, ge=8, le=65_536, description="outcomes K of the distributions that are compared"
    )
    student_temperature: float = Field(
        0.1, ge=0.01, le=1.0, description="temperature tps of the student"
    )
    teacher_temperature: float = Field(
        0.07,
        ge=0.01,
        le=1.0,
        description="temperature tpt of the teacher after its warm-up; lower is sharper, against a "
        "uniform collapse, and above 0.07 most trainings are unstable",
    )
    warmup_teacher_temperature: float = Field(
        0.04, ge=0.01, le=1.0, description="temperature tpt of the teacher at the beginning"
    )
    warmup_teacher_temperature_epochs: float = Field(
        30.0,
        ge=0.0,
        le=1000.0,
        description="epochs over which tpt goes evenly from the one to the other; a shorter "
        "training ends between them",
    )
    freeze_last_layer: float = Field(
        1.0,
        ge=0.0,
        le=1000.0,
        description="epochs in which the last layer of the head, the outcomes' prototypes, stays "
        "as it was drawn; more, if the loss does not fall",
    )
    momentum: float = Field(
        0.99,
        ge=0.5,
        le=1.0,
        description="how slowly the teacher follows, rising to 1; 0.996 for long trainings",
    )
    center_momentum: float = Field(
        0.9, ge=0.0, le=1.0, description="how slowly the center follows the teacher's outputs"
    )
    local_crops: int = Field(
        4, ge=0, le=12, description="small crops beside the two global ones; only the student sees"
    )
    global_crop: float = Field(
        0.4, ge=0.1, le=1.0, description="smallest share of an image in a global crop"
    )
    flip: Flip = True
    color: float = Field(
        0.5, ge=0.0, le=1.0, description="strength of the changes of brightness and color"
    )
    blur: Blur = False
    learning_rate: LearningRate = 5e-4


class Head(nn.Module):
    """From a description to scores of outcomes: three layers, a bottleneck, unit prototypes."""

    def __init__(self, width: int, outcomes: int, hidden: int = 512, bottleneck: int = 128) -> None:
        """Create the layers and draw their weights."""
        super().__init__()
        self.mlp = nn.Sequential(
            nn.Linear(width, hidden),
            nn.GELU(),
            nn.Linear(hidden, hidden),
            nn.GELU(),
            nn.Linear(hidden, bottleneck),
        )
        self.prototypes = nn.Parameter(torch.empty(outcomes, bottleneck))
        nn.init.kaiming_uniform_(self.prototypes, a=math.sqrt(5))  # as a linear layer draws its own
        for layer in self.mlp:
            if isinstance(layer, nn.Linear):
                nn.init.trunc_normal_(layer.weight, std=0.02)
                nn.init.zeros_(layer.bias)

    def forward(self, features: Tensor) -> Tensor:  # (views, dim)
        """Return scores, (views, outcomes): cosines with the prototypes."""
        z = functional.normalize(self.mlp(features), dim=1)
        return functional.linear(z, functional.normalize(self.prototypes, dim=1))


class Network(nn.Module):
    """A backbone with a head: the student, and the teacher."""

    def __init__(self, backbone: Any, head: Head) -> None:
        """Put a head on a backbone."""
        super().__init__()
        self.backbone = backbone
        self.head = head

    def forward(self, views: Tensor) -> Tensor:  # (views, channels, height, width)
        """Return scores, (views, outcomes)."""
        return self.head(self.backbone.pool(self.backbone(views)))


@register(
    "dino",
    Params,
    version=2,
    title="DINO",
    citation="M. Caron, H. Touvron, I. Misra, H. Jegou, J. Mairal, P. Bojanowski and A. Joulin, "
    "Emerging Properties in Self-Supervised Vision Transformers, ICCV 2021.",
    cost=3.7,
)
class DINO(Objective):
    """Say of one view of an image what a slow teacher says of another.

    Student and teacher are the same network; the teacher's weights are a running average of the
    student's. Both turn a view into a distribution over outcomes that nobody named. The student,
    which also sees small crops, learns to give the teacher's answer for another view of the same
    image, so parts must be described as the whole is.

    Nothing pushes different images apart, so two things keep the answers from becoming all alike:
    the teacher's scores are centered, so that no outcome wins everywhere, and sharpened by a low
    temperature, so that they are not all equal. Watch its entropy: near 0, or near the logarithm
    of the number of outcomes, it has collapsed. The encoder is the teacher's backbone; of a Vision
    Transformer its cls token, whose attention tends to find the objects.
    """

    center: Tensor

    def __init__(self, backbone: Any, params: Params, data: DataFacts) -> None:
        """Make the student, and the teacher as its copy."""
        if hasattr(backbone, "cls_token"):
            backbone.config = replace(backbone.config, pool="cls")
        super().__init__(backbone, params, data)
        head = Head(backbone.layers[-1][1], params.outcomes)
        self.student = Network(self.backbone, head)
        self.teacher = copy.deepcopy(self.student).requires_grad_(False)
        self.register_buffer("center", torch.zeros(1, params.outcomes))  # C
        s, patch = params.color, getattr(backbone.config, "patch_size", 4)
        alter = Augmentation(
            flip=0.5 * params.flip,
            jitter=0.8 if s > 0.0 else 0.0,
            strength=(0.8 * s, 0.8 * s, 0.4 * s, 0.2 * s),
            gray=0.2 if s > 0.0 else 0.0,
        )
        small = max(2, round(data.image_size * 0.4 / patch)) * patch
        self.global_view = replace(alter, crop=(params.global_crop, 1.0))
        self.local_view = replace(alter, crop=(0.05, params.global_crop), size=small)
        self.second_view = self.global_view
        if params.blur:
            self.second_view = replace(self.global_view, blur=0.1, solarize=0.2)
            self.global_view = replace(self.global_view, blur=1.0)
            self.local_view = replace(self.local_view, blur=0.5)
        self.seen: list[Tensor] = []

    def loss(self, batch: Batch) -> Terms:
        """Return the mean cross entropy between teacher and student (Algorithm 1, multi-crop)."""
        last = self.student.head.prototypes
        last.requires_grad_(self.clock.epoch >= self.params.freeze_last_layer)
        x1 = self.view(batch.images, self.global_view)
        x2 = self.view(batch.images, self.second_view)
        local = [self.view(batch.images, self.local_view) for _ in range(self.params.local_crops)]
        s = [*self.student(torch.cat([x1, x2])).chunk(2)]  # s1, s2: (batch, K)
        if local:
            s += self.student(torch.cat(local)).chunk(len(local))
        with torch.no_grad():
            t = self.teacher(torch.cat([x1, x2])).float().chunk(2)  # t1, t2: (batch, K)
        self.seen += t
        targets = [self.sharpened(each) for each in t]
        # Every view of the student against every global view of the teacher but itself.
        pairs = [
            self.H(target, given)
            for i, target in enumerate(targets)
            for j, given in enumerate(s)
            if i != j
        ]
        loss = torch.stack(pairs).mean()
        given = functional.log_softmax(s[1].float() / self.params.student_temperature, dim=1)
        return {
            "loss": loss,
            "target_entropy": entropy(targets[0]),
            "kl": divergence(targets[0], given.detach()),
        }

    def H(self, t: Tensor, s: Tensor) -> Tensor:  # noqa: N802
        """Return the cross entropy of the student's scores with the teacher's probabilities."""
        s = functional.log_softmax(s.float() / self.params.student_temperature, dim=1)
        return -(t * s).sum(dim=1).mean()

    def sharpened(self, t: Tensor) -> Tensor:
        """Center and sharpen the teacher's scores, (batch, K) probabilities; no gradient flows."""
        return ((t - self.center) / self.tpt).softmax(dim=1).detach()

    @property
    def tpt(self) -> float:
        """Temperature of the teacher: a linear way to its final value, which then stays."""
        first, last = self.params.warmup_teacher_temperature, self.params.teacher_temperature
        epochs = self.params.warmup_teacher_temperature_epochs
        return last + (first - last) * max(0.0, 1.0 - self.clock.epoch / epochs if epochs else 0.0)

    @torch.no_grad()
    def after_update(self) -> None:
        """Let the teacher follow the student, and the center the teacher's outputs."""
        l = cosine(self.params.momentum, 1.0, self.clock.progress)  # noqa: E741
        for theirs, ours in zip(self.teacher.parameters(), self.student.parameters(), strict=True):
            theirs.lerp_(ours, 1.0 - l)  # gt = l * gt + (1 - l) * gs
        for kept, mine in zip(self.teacher.buffers(), self.student.buffers(), strict=True):
            kept.copy_(mine)
        m = self.params.center_momentum
        self.center.lerp_(torch.cat(self.seen).mean(dim=0, keepdim=True), 1.0 - m)
        self.seen.clear()

    @property
    def encoder(self) -> Any:
        """The teacher's backbone."""
        return self.teacher.backbone

    @property
    def heads(self) -> dict[str, nn.Module]:
        """The teacher's head."""
        return {"head": self.teacher.head}

    def begin_from(self, weights: dict[str, Tensor]) -> None:
        """Begin student and teacher with the same weights."""
        super().begin_from(weights)
        self.student.head.load_state_dict(self.teacher.head.state_dict())
        self.teacher.backbone.load_state_dict(self.backbone.state_dict())

    def samples(self, batch: Batch) -> Samples:
        """Return a global view of each image and what teacher and student say of it."""
        view = self.view(batch.images, self.global_view)
        teacher = self.sharpened(self.teacher(view).float())
        student = (self.student(view).float() / self.params.student_temperature).softmax(dim=1)
        largest, where = teacher.topk(min(_TOLD, teacher.shape[1]), dim=1)
        values = {
            "teacher": largest.tolist(),
            "student": student.gather(1, where).tolist(),
            "dimensions": where.tolist(),
        }
        return Samples({"input": self.denormalize(view)}, values)
