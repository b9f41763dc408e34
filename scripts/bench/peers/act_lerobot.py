"""One call of LeRobot's ACT in its own size, pictures of 96 x 96 and 480 x 640, for `npm run bench act`."""

import time

import torch
from lerobot.configs.types import FeatureType, PolicyFeature
from lerobot.policies.act.configuration_act import ACTConfig
from lerobot.policies.act.modeling_act import ACTPolicy

for height, width in [(96, 96), (480, 640)]:
    config = ACTConfig(
        input_features={
            "observation.state": PolicyFeature(type=FeatureType.STATE, shape=(6,)),
            "observation.images.front": PolicyFeature(type=FeatureType.VISUAL, shape=(3, height, width)),
        },
        output_features={"action": PolicyFeature(type=FeatureType.ACTION, shape=(6,))},
        pretrained_backbone_weights=None,
        device="cpu",
    )
    policy = ACTPolicy(config).eval()
    batch = {"observation.state": torch.zeros(1, 6), "observation.images.front": torch.rand(1, 3, height, width)}
    taken = []
    with torch.no_grad():
        for n in range(25):
            began = time.perf_counter()
            policy.predict_action_chunk(dict(batch))
            if n >= 5:
                taken.append((time.perf_counter() - began) * 1e3)
    taken.sort()
    print(f"| LeRobot ACT {height}x{width} | torch {torch.__version__} | {taken[10]:.2f} | {taken[-1]:.2f} |")
