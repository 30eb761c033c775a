import { Dashboard as CloudWatchDashboard, type IWidget, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

export interface DashboardProps {
  readonly deployment: string;
  readonly ofDeployment: readonly IWidget[][];
  readonly ofBatches: readonly IWidget[][];
}

/**
 * Makes a deployment's dashboard. CloudWatch takes 500 widgets and 2,500 metrics, so at most `GRAPHED` batches have graphs
 * of their own.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
 */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, { deployment, ofDeployment, ofBatches }: DashboardProps) {
    super(scope, id);
    const about = new TextWidget({
      markdown: `# ${deployment}\nMade by the deployment's stack, which overwrites what is changed here. What to do when something is wrong: docs/operations.md.`,
      width: 24,
      height: 2,
    });
    new CloudWatchDashboard(this, 'Dashboard', {
      // the dashboards of all regions of an account share their names
      dashboardName: `${deployment}-${Stack.of(this).region}`,
      widgets: [[about], ...ofDeployment, ...ofBatches],
    });
  }
}
